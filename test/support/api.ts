import { randomInt, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before } from 'mocha';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { createApp, type ApiApp, type AppOptions } from '../../api/app.ts';
import { overloadGuard } from '../../api/middleware/overload.ts';
import type { ApiDeps } from '../../api/deps.ts';
import type { CommandEnvelope, Gateway, StartEnvelope } from '../../api/gateway.ts';
import { saidByRegister } from '../../api/real-name.ts';
import { newAccount } from '../../api/routes/account/record.ts';
import type { Level } from '../../domain/kernel/types.ts';
import type { Config } from '../../infra/config.ts';
import { createCrypto } from '../../infra/crypto/index.ts';
import { createMetrics } from '../../infra/metrics.ts';
import { createJobs, createQueues } from '../../infra/queues.ts';
import { connectRedis, pingRedis, redisReady } from '../../infra/redis.ts';
import { createIdentityRegister } from '../../infra/providers/identity/index.ts';
import { loadReference } from '../../infra/reference.ts';
import { createDiskStorage } from '../../infra/storage.ts';
import type { GrantRecord } from '../../models/account-offices.ts';
import { connectMongo, pingMongo } from '../../models/db.ts';
import { createModels } from '../../models/index.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { useStack } from './stack.ts';

export interface TestApiOptions extends AppOptions {
  /** Replaces parts of the real dependencies, e.g. `gateway` or `now`. */
  readonly deps?: (real: ApiDeps) => Partial<ApiDeps>;
  /** Instead of one that only tells of what is fatal. */
  readonly logger?: (config: Config) => ApiDeps['log'];
}

export interface TestPerson {
  readonly id: string;
  readonly token: string;
  readonly phone: string;
}

export interface NewPerson {
  readonly kind?: 'donor' | 'person';
  readonly grants?: readonly { role: GrantRecord['role']; level?: Level; regionCode?: string; standsInFor?: string }[];
  readonly householdId?: string;
  readonly homeRegion?: string;
  readonly idNumber?: string | null;
  /** False: nobody has said that the name belongs to the number. */
  readonly realNamed?: boolean;
}

export interface Call {
  readonly as?: TestPerson | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Idempotency-Key; a fresh one by default. Null sends none. */
  readonly key?: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, else the text. */
  readonly body: never;
  readonly text: string;
}

/** A whole API in this process, on real MongoDB and Redis, reached over HTTP. */
export interface TestApi {
  readonly url: string;
  readonly deps: ApiDeps;
  readonly app: ApiApp;
  call(method: string, path: string, options?: Call): Promise<Answer>;
  /** A new account with these grants, signed in. */
  person(options?: NewPerson): Promise<TestPerson>;
  operator(): Promise<TestPerson>;
  cadre(level: Level, regionCode: string): Promise<TestPerson>;
  donor(): Promise<TestPerson>;
  close(): Promise<void>;
}

/** As if the process had died before it kept an answer: whoever asked the same may ask it again. */
export async function loseAnswers({ deps }: TestApi): Promise<void> {
  const lost = { $unset: { answer: '' as const }, $set: { leaseUntil: new Date(0) } };
  await deps.models.idempotency.records.updateMany({}, lost);
}

export const PASSWORD = 'quilt-Winter-7';

/** Gives the surrounding suite an API (call it inside `describe`); it is there inside hooks and tests. */
export function useApi(options: TestApiOptions = {}): TestApi {
  const stack = useStack();
  let made: TestApi | undefined;
  before('api', async function () {
    this.timeout(60_000);
    made = await createTestApi(stack.config, options);
  });
  after('api', async () => {
    await made?.close();
  });
  return new Proxy({} as TestApi, {
    get(_, name) {
      if (made === undefined) throw new Error('The API is there only inside hooks and tests.');
      return Reflect.get(made, name) as unknown;
    },
  });
}

export async function createTestApi(config: Config, options: TestApiOptions = {}): Promise<TestApi> {
  const db = await connectMongo(config);
  await ensureIndexes(db);
  const log = options.logger?.(config) ?? pino({ level: config.logLevel === 'warn' ? 'fatal' : config.logLevel });
  const redis = connectRedis(config, log);
  await redisReady(redis);
  const queues = createQueues(config, { log });
  const real: ApiDeps = {
    config,
    log,
    models: createModels(db),
    redis,
    jobs: createJobs(queues),
    gateway: recordingGateway(),
    reference: loadReference({ profile: config.profile }),
    crypto: createCrypto(config.keys),
    photos: createDiskStorage(config.photoDir),
    identity: createIdentityRegister(config.identity),
    metrics: createMetrics('api'),
    health: {
      mongo: () => pingMongo(db),
      redis: () => pingRedis(redis),
      temporal: () => Promise.resolve(true),
    },
    now: () => Date.now(),
  };
  const deps = { ...real, ...options.deps?.(real) };
  const app = createApp(deps, { overload: overloadGuard({ maxDelayMs: 10_000 }), crowdsUpTo: 1, ...options });
  const server = createServer(app.express);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const person = (newPerson: NewPerson = {}) => addPerson(deps, app, newPerson);
  return {
    url,
    deps,
    app,
    call: (method, path, call) => request(url, method, path, call),
    person,
    operator: () => person({ grants: [{ role: 'operator' }] }),
    cadre: (level, regionCode) => person({ grants: [{ role: 'cadre', level, regionCode }] }),
    // Of the village of test/support/needs.ts: what is published there is open to him at once.
    donor: () => person({ kind: 'donor', homeRegion: '360735100223' }),
    close: async () => {
      await closed(server);
      await app.close();
      await queues.close();
      redis.disconnect();
      await db.close();
    },
  };
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

async function request(url: string, method: string, path: string, call: Call = {}): Promise<Answer> {
  const { as, body, key, headers = {} } = call;
  const isJson =
    body !== undefined && typeof body !== 'string' && !(body instanceof FormData) && !(body instanceof Uint8Array);
  const write = !['GET', 'HEAD', 'OPTIONS'].includes(method);
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(as && { authorization: `Bearer ${as.token}` }),
      ...(write && key !== null && { 'idempotency-key': key ?? randomUUID() }),
      ...((isJson || typeof body === 'string') && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: (isJson ? JSON.stringify(body) : body) as string }),
    redirect: 'manual',
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) as never };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Puts an account and its session into the database and signs its token: no password is hashed twice. */
async function addPerson(
  deps: ApiDeps,
  app: ApiApp,
  { kind = 'person', grants = [], householdId, homeRegion, idNumber = null, realNamed = idNumber !== null }: NewPerson,
) {
  const id = uuidv7();
  const phone = `139${String(randomInt(100_000_000)).padStart(8, '0')}`;
  const personal = { name: '张三丰', phone, idNumber };
  const realName = realNamed ? saidByRegister(deps.now()) : undefined;
  const account = await newAccount(deps, { id, kind, personal, realName, password: PASSWORD, now: deps.now() });
  const at = new Date(deps.now());
  account.grants.push(...grants.map((grant) => ({ ...grant, id: uuidv7(), grantedBy: id, grantedAt: at })));
  await deps.models.accounts.insert({ ...account, householdId: householdId ?? null, homeRegion: homeRegion ?? null });
  return { id, phone, token: await app.services.sessions.pageToken(id, 'api', 3600) };
}

/** A gateway that only keeps what it was told; every command stays pending. */
export function recordingGateway(): Gateway & { readonly sent: (CommandEnvelope | StartEnvelope)[] } {
  const sent: (CommandEnvelope | StartEnvelope)[] = [];
  const keep = (envelope: CommandEnvelope | StartEnvelope) => {
    sent.push(envelope);
    return Promise.resolve({ commandId: envelope.commandId, status: 'pending' as const });
  };
  return {
    sent,
    start: keep,
    send: keep,
    dispatch: () => Promise.resolve(),
    receipt: () => Promise.resolve(null),
    describe: () => Promise.resolve({ status: 'unavailable' }),
  };
}
