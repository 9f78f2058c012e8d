import { createHash, randomUUID } from 'node:crypto';
import { problem, type Problem } from '../../contracts/problems.ts';
import type { Instant } from '../../domain/kernel/types.ts';
import { canonicalJson } from '../../models/event.ts';
import type { Sealed } from '../../infra/crypto/index.ts';
import type { StoredAnswer } from '../../models/idempotency.ts';
import type { ApiDeps } from '../deps.ts';
import type { UploadedFile } from '../route.ts';

/** A killed process blocks its callers' repeats no longer than this. Longer than the slowest handler. */
const LEASE_MS = 30_000;

export interface KeyedRequest {
  /** Account id, or the address of someone who is not signed in. */
  readonly caller: string;
  readonly operationId: string;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly ifMatch: number | null;
  readonly files: readonly UploadedFile[];
  readonly key: string;
}

/** @throws Problem IDEMPOTENCY_KEY_REQUIRED */
export function keyOf(header: string | string[] | undefined): string {
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  const detail = '1 to 255 visible ASCII characters';
  throw problem('IDEMPOTENCY_KEY_REQUIRED', {
    errors: [{ pointer: '/headers/idempotency-key', code: 'IDEMPOTENCY_KEY_REQUIRED', detail }],
  });
}

/** The same caller, operation, path and key give the same id, and nobody else's key does. */
export const idempotencyIdOf = ({ crypto }: Pick<ApiDeps, 'crypto'>, request: KeyedRequest): string =>
  crypto.derive.mac(
    'commandId',
    [request.caller, request.operationId, canonicalJson(request.params), request.key].join('\n'),
  );

/** What was asked, as a keyed hash: bodies hold ID numbers and phones, which a plain hash would let anyone try out. */
function requestHash({ crypto }: Pick<ApiDeps, 'crypto'>, { query, body, ifMatch, files }: KeyedRequest): string {
  const digests = files.map(({ type, bytes }) => [type, createHash('sha256').update(bytes).digest('hex')]);
  return crypto.derive.mac('requestHash', canonicalJson({ query, body, ifMatch, digests }));
}

/** An answer as it went out. */
export interface SentAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Serialised. */
  readonly body: string | null;
}

export interface Claim {
  readonly startedAt: Instant;
  readonly isRepeat: boolean;
  /** Keeps the answer for repeats. */
  finish(answer: SentAnswer): Promise<void>;
  /** Lets a repeat try again. */
  release(): Promise<void>;
}

/**
 * Claims a request, so that it is handled once.
 * @returns the claim, or the answer that was given already
 * @throws Problem IDEMPOTENCY_KEY_REUSED, REQUEST_IN_FLIGHT
 */
export async function claim(deps: ApiDeps, id: string, request: KeyedRequest): Promise<Claim | SentAnswer> {
  const { idempotency } = deps.models;
  const lease = randomUUID();
  const now = new Date(deps.now());
  const begun = await idempotency.begin({ id, requestHash: requestHash(deps, request), lease, leaseMs: LEASE_MS, now });
  if (begun.kind === 'answered') return opened(deps, id, begun.answer);
  if (begun.kind === 'otherRequest') throw problem('IDEMPOTENCY_KEY_REUSED');
  if (begun.kind === 'running') {
    const wait = (begun.until.getTime() - deps.now()) / 1000;
    throw problem('REQUEST_IN_FLIGHT', { retryAfter: Math.min(5, Math.max(1, wait)) });
  }
  return {
    startedAt: begun.startedAt.getTime(),
    isRepeat: begun.isRepeat,
    finish: (answer) => idempotency.finish(id, lease, sealed(deps, id, answer)),
    release: () => idempotency.release(id, lease, new Date(deps.now())),
  };
}

export const isClaim = (claimed: Claim | SentAnswer): claimed is Claim => 'finish' in claimed;

const place = (id: string) => ({ collection: 'idempotency', id, field: 'answer' });

const sealed = ({ crypto }: ApiDeps, id: string, { status, headers, body }: SentAnswer): StoredAnswer => ({
  status,
  headers: { ...headers },
  body: body === null ? null : crypto.fields.seal(place(id), { body }),
});

function opened({ crypto }: ApiDeps, id: string, { status, headers, body }: StoredAnswer): SentAnswer {
  if (body === null) return { status, headers, body };
  return { status, headers, ...crypto.fields.open<{ body: string }>(place(id), body as Sealed) };
}

/** Whether a refusal is the last word on the request: what may pass by itself or by signing in is not kept. */
export const isFinal = ({ status, code }: Problem): boolean =>
  status < 500 && ![401, 408, 429].includes(status) && code !== 'REQUEST_IN_FLIGHT';
