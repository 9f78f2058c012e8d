import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** How long one step keeps trying while the API is overloaded, limited or on its way back. */
const PATIENCE_MS = 180_000;
const ATTEMPT_MS = 30_000;
const LATEST_RETRY_MS = 5_000;
const RECEIPT_PAUSE_MS = 150;
/** The status of a command that was accepted for good, and refused only later: its receipt tells. */
export const LATE = 202;
/** So many commands are lately. */
const LATEST = 15;

export interface Problem {
  readonly code: string;
  readonly title: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string }[];
}

/** An answer that is an error, as the API explains it. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly problem: Problem;

  constructor(step: string, status: number, problem: Problem) {
    const details = problem.errors.map(({ pointer, code }) => `${pointer} ${code}`).join(', ');
    super(`${step}: ${status} ${problem.code} ${problem.title}${details ? ` (${details})` : ''}`);
    this.status = status;
    this.problem = problem;
  }
}

/** One step as its caller experienced it, until it was applied; milliseconds. */
export interface Timing {
  readonly step: string;
  readonly ms: number;
}

export interface Client {
  readonly url: string;
  readonly timings: readonly Timing[];
  /** What was asked for with success: method and path, each once. */
  readonly used: ReadonlySet<string>;
  /** The same of what was refused. */
  readonly refused: ReadonlySet<string>;
  /** Four of five of the latest commands took less; milliseconds. */
  lately(): number;
  /** How often the API asked to come back later, or could not be reached. */
  retries(): number;
  get<T>(path: string, token: string | null): Promise<T>;
  /** What is no JSON, such as a PDF. */
  file(path: string, token: string | null): Promise<{ readonly headers: Headers; readonly bytes: Buffer }>;
  /**
   * A write under one idempotency key; a receipt is followed until the case has answered. `step`: its name in the table;
   * `actingAs`: the grant under which somebody with several of them acts.
   */
  post<T>(step: string, path: string, token: string | null, body?: unknown, actingAs?: string): Promise<T>;
  put<T>(step: string, path: string, token: string | null, body?: unknown): Promise<T>;
  patch<T>(step: string, path: string, token: string | null, body: unknown): Promise<T>;
  /** As a provider calls, with headers of his own; `body` as it was signed. */
  callback<T>(step: string, path: string, body: string, headers: Readonly<Record<string, string>>): Promise<T>;
  delete(step: string, path: string, token: string | null): Promise<void>;
}

interface Call {
  readonly step: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly token: string | null;
  readonly body?: unknown;
  readonly actingAs?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Receipt {
  readonly commandId: string;
  readonly status: 'pending' | 'applied' | 'refused';
  readonly refusal?: { readonly code: string; readonly title: string } | null;
}

/** Speaks with the public API as any client would. */
export function createClient(url: string): Client {
  const timings: Timing[] = [];
  const used = new Set<string>();
  const refused = new Set<string>();
  let retries = 0;
  const latest: number[] = [];

  /** Tries until there is an answer that is no plea to come back later. @throws ApiError */
  async function ask({ step, method, path, token, body, actingAs, headers: own }: Call): Promise<Answer> {
    const headers: Record<string, string> = { 'Accept-Language': 'en', ...own };
    if (token !== null) headers['Authorization'] = `Bearer ${token}`;
    if (method !== 'GET' && own === undefined) headers['Idempotency-Key'] = randomUUID();
    if (actingAs !== undefined) headers['Bangfu-Acting-As'] = actingAs;
    const form = body instanceof FormData;
    if (body !== undefined && !form) headers['Content-Type'] = 'application/json';
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = form || typeof body === 'string' ? body : JSON.stringify(body);

    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const answer = await tryOnce(url + path, init);
      if (answer !== null && !mayRetry(answer.response.status, answer.code)) {
        const { response, json } = answer;
        (response.ok ? used : refused).add(`${method} ${path.split('?')[0] ?? ''}`);
        if (!response.ok) throw new ApiError(step, response.status, json() as Problem);
        return answer;
      }
      if (performance.now() > until) {
        throw new Error(`${step}: no answer for ${PATIENCE_MS / 1000} s${answer ? ` but ${answer.code}` : ''}`);
      }
      retries++;
      await delay(answer === null ? 500 : retryAfterMs(answer.response));
    }
  }

  async function call<T>(wanted: Call): Promise<{ status: number; body: T }> {
    const { response, json } = await ask(wanted);
    return { status: response.status, body: json() as T };
  }

  async function settled(step: string, receipt: Receipt, token: string | null): Promise<Receipt> {
    const until = performance.now() + PATIENCE_MS;
    for (let seen = receipt; ; await delay(RECEIPT_PAUSE_MS)) {
      if (seen.status === 'applied') return seen;
      if (seen.status === 'refused') {
        throw new ApiError(step, LATE, { code: 'REFUSED', title: '', ...seen.refusal, errors: [] });
      }
      if (performance.now() > until) throw new Error(`${step}: still pending after ${PATIENCE_MS / 1000} s`);
      const path = `/v1/commands/${receipt.commandId}`;
      ({ body: seen } = await call<Receipt>({ step: 'receipt', method: 'GET', path, token }));
    }
  }

  async function write<T>(wanted: Call): Promise<T> {
    const { step, token } = wanted;
    const startedAt = performance.now();
    const answer = await call<T>(wanted);
    const receipt = answer.body as T & Partial<Receipt>;
    const pending = answer.status === 202 && receipt.commandId !== undefined;
    const result = pending ? ((await settled(step, receipt as Receipt, token)) as T) : answer.body;
    const ms = performance.now() - startedAt;
    timings.push({ step, ms });
    latest.push(ms);
    if (latest.length > LATEST) latest.shift();
    return result;
  }

  return {
    url,
    timings,
    used,
    refused,
    lately: () => [...latest].sort((a, b) => a - b)[Math.floor(latest.length * 0.8)] ?? 0,
    retries: () => retries,
    async get<T>(path: string, token: string | null) {
      const startedAt = performance.now();
      const { body } = await call<T>({ step: `GET ${path}`, method: 'GET', path, token });
      timings.push({ step: 'read', ms: performance.now() - startedAt });
      return body;
    },
    async file(path, token) {
      const { response, bytes } = await ask({ step: `GET ${path}`, method: 'GET', path, token });
      return { headers: response.headers, bytes };
    },
    post: (step, path, token, body, actingAs) => write({ step, method: 'POST', path, token, body, actingAs }),
    put: (step, path, token, body) => write({ step, method: 'PUT', path, token, body }),
    patch: (step, path, token, body) => write({ step, method: 'PATCH', path, token, body }),
    callback: (step, path, body, headers) => write({ step, method: 'POST', path, token: null, body, headers }),
    delete: async (step, path, token) => void (await write({ step, method: 'DELETE', path, token })),
  };
}

interface Answer {
  readonly response: Response;
  readonly bytes: Buffer;
  json(): unknown;
  /** Of a problem. */
  readonly code: string;
}

/** Null when the API could not be reached. */
async function tryOnce(url: string, init: RequestInit): Promise<Answer | null> {
  const signal = AbortSignal.timeout(ATTEMPT_MS);
  const reached = await fetch(url, { ...init, signal }).then(
    async (response) => ({ response, bytes: Buffer.from(await response.arrayBuffer()) }),
    unreachable,
  );
  if (reached === null) return null;
  const { response, bytes } = reached;
  const json = (): unknown => (bytes.length === 0 ? null : JSON.parse(bytes.toString('utf8')));
  const code = response.ok ? '' : String((json() as Partial<Problem> | null)?.code ?? response.status);
  return { response, bytes, json, code };
}

/** A lost connection or no answer in time; anything else is a fault of this program. */
function unreachable(error: unknown): null {
  const lost = error instanceof TypeError && error.message === 'fetch failed';
  if (lost || (error instanceof DOMException && error.name === 'TimeoutError')) return null;
  throw error;
}

const mayRetry = (status: number, code: string): boolean =>
  status === 429 || status === 503 || code === 'REQUEST_IN_FLIGHT';

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('Retry-After') ?? 1);
  return Math.min(LATEST_RETRY_MS, Math.max(100, (Number.isFinite(seconds) ? seconds : 1) * 1000));
}
