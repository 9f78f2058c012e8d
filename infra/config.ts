import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { identityConfig, identityEnvironment, identityFaults, type IdentityConfig } from './config-identity.ts';
import { smsConfig, smsEnvironment, smsFaults, smsInProduction, type SmsConfig } from './config-sms.ts';

export { DEVELOPMENT_SMS_SECRET, type SmsConfig, type TencentSmsConfig } from './config-sms.ts';

/** The ports that everything listens on unless the environment says otherwise; docker-compose.yml publishes the same ones. */
export const DEFAULT_PORTS = {
  api: 3000,
  casesMetrics: 9464,
  jobsMetrics: 9465,
  mongo: 27017,
  redis: 6379,
  temporal: 7233,
  temporalUi: 8233,
} as const;

export const DEFAULT_TEMPORAL_NAMESPACE = 'bangfu';
export const DEFAULT_TASK_QUEUE = 'cases';
export const MONGO_DATABASE = 'bangfu';
export const MONGO_REPLICA_SET = 'rs0';
/**
 * A process that is killed leaves its open transaction behind, and MongoDB keeps what that wrote locked until the
 * transaction is this old (a minute and a half by default), so that others are refused that long. Ours take milliseconds.
 */
export const MONGO_TRANSACTION_LIFETIME = 'transactionLifetimeLimitSeconds=15';

/** Versions of the servers in docker-compose.yml; Temporal's three images belong together. */
export const IMAGE_VERSIONS = {
  mongo: '7.0.14',
  redis: '7.4.1',
  postgres: '16.6',
  'temporalio/server': '1.30.1',
  'temporalio/admin-tools': '1.30.1',
  'temporalio/ui': '2.34.0',
} as const;

const KEY_NAMES = [
  'BANGFU_MASTER_KEY',
  'BANGFU_INDEX_KEY',
  'BANGFU_TOKEN_KEY',
  'BANGFU_CODEC_KEY',
  'BANGFU_CHECKPOINT_KEY',
] as const;
export type KeyName = (typeof KEY_NAMES)[number];

/** 32-byte keys by id; `current` seals and signs, all of them open and verify. */
export interface KeyRing {
  current: { id: string; key: Buffer };
  all: Map<string, Buffer>;
}

/**
 * The keys of a development machine without keys of its own. They are public, so production refuses them by value,
 * whatever id they are given.
 */
export const DEVELOPMENT_KEYS: Readonly<Record<KeyName, string>> = Object.fromEntries(
  KEY_NAMES.map((name) => [name, `dev:${developmentKey(name).toString('base64')}`]),
) as Record<KeyName, string>;

function developmentKey(name: KeyName): Buffer {
  return createHash('sha256').update(`bangfu development ${name}`).digest();
}

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
const text = z.string().trim().min(1);
const url = (protocols: string[]) =>
  text.refine((value) => protocols.some((protocol) => value.startsWith(protocol)), {
    message: `must begin with ${protocols.join(' or ')}`,
  });

const keyRing = z.string().transform((value, context): KeyRing => {
  const all = new Map<string, Buffer>();
  for (const part of value.split(',')) {
    const [, id, encoded] = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)\s*$/.exec(part) ?? [];
    if (id === undefined || encoded === undefined) {
      context.addIssue({ code: 'custom', message: 'must be keyid:base64-of-32-bytes, several separated by commas' });
      return z.NEVER;
    }
    if (all.has(id)) {
      context.addIssue({ code: 'custom', message: `uses the key id ${id} twice` });
      return z.NEVER;
    }
    all.set(id, Buffer.from(encoded, 'base64'));
  }
  const first = [...all][0];
  if (!first) return z.NEVER;
  return { current: { id: first[0], key: first[1] }, all };
});

const environment = z.object({
  BANGFU_PROFILE: z.enum(['development', 'demo', 'test', 'production']).default('development'),
  API_HOST: text.default('127.0.0.1'),
  API_PORT: port(DEFAULT_PORTS.api),
  MONGODB_URI: url(['mongodb://', 'mongodb+srv://']).optional(),
  MONGODB_PORT: port(DEFAULT_PORTS.mongo),
  REDIS_URL: url(['redis://', 'rediss://']).optional(),
  REDIS_PORT: port(DEFAULT_PORTS.redis),
  TEMPORAL_ADDRESS: text.regex(/^[^/\s]+:\d+$/, 'must be host:port').optional(),
  TEMPORAL_PORT: port(DEFAULT_PORTS.temporal),
  TEMPORAL_NAMESPACE: text.default(DEFAULT_TEMPORAL_NAMESPACE),
  TEMPORAL_UI_URL: url(['http://', 'https://']).optional(),
  TEMPORAL_UI_PORT: port(DEFAULT_PORTS.temporalUi),
  TEMPORAL_TASK_QUEUE: text.default(DEFAULT_TASK_QUEUE),
  WORKER_METRICS_PORT: port(DEFAULT_PORTS.casesMetrics),
  JOBS_METRICS_PORT: port(DEFAULT_PORTS.jobsMetrics),
  METRICS_HOST: text.default('127.0.0.1'),
  BANGFU_DATA_DIR: text.default('.bangfu'),
  PHOTO_DIR: text.optional(),
  BANGFU_MASTER_KEY: keyRing.optional(),
  BANGFU_INDEX_KEY: keyRing.optional(),
  BANGFU_TOKEN_KEY: keyRing.optional(),
  BANGFU_CODEC_KEY: keyRing.optional(),
  BANGFU_CHECKPOINT_KEY: keyRing.optional(),
  ...smsEnvironment,
  ...identityEnvironment,
  CROWD_STARTS_PER_SECOND: z.coerce.number().min(0.1).max(10_000).default(6),
  SPONSOR_CHUNK: z.coerce.number().int().min(1).max(2_000).default(500),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});
type Environment = z.output<typeof environment>;

/** Every name that this file reads; docker-compose.yml may set no other of ours. */
export const ENVIRONMENT_NAMES: readonly string[] = Object.keys(environment.shape);

export interface Config {
  profile: Environment['BANGFU_PROFILE'];
  api: { host: string; port: number };
  mongo: { uri: string };
  redis: { url: string };
  temporal: { address: string; namespace: string; uiUrl: string; taskQueue: string };
  /** Where the two worker processes answer `/health/*` and `/metrics`. */
  metrics: { host: string; casesPort: number; jobsPort: number };
  /** Absolute folders. */
  dataDir: string;
  photoDir: string;
  /** `checkpoint`: seeds of Ed25519 keys. */
  keys: { master: KeyRing; index: KeyRing; token: KeyRing; codec: KeyRing; checkpoint: KeyRing };
  sms: SmsConfig;
  identity: IdentityConfig;
  /** How fast each API process opens the cases of a crowd's pledges, so that the crowd itself and all others are served. */
  crowdStartsPerSecond: number;
  /** Needs that a sponsorship claims and sends at a time: one transaction, one answer. */
  sponsorChunk: number;
  logLevel: Environment['LOG_LEVEL'];
}

/** Thrown by `loadConfig`; its message lists every fault at once, never a value (it may be a secret). */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: string[]) {
    super(`The environment is not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/**
 * Reads the whole configuration from the environment.
 * @throws ConfigError naming all faults; in production also missing or known keys and addresses left to their defaults.
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const parsed = environment.safeParse(withoutEmpty(env));
  const production = env['BANGFU_PROFILE'] === 'production';
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (production) faults.push(...missingInProduction(env));
  if (production && parsed.success) faults.push(...publicKeys(parsed.data), ...smsInProduction(parsed.data));
  if (parsed.success) faults.push(...smsFaults(parsed.data), ...identityFaults(parsed.data, production));
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return toConfig(parsed.data);
}

/** A compose file hands an unset variable on as an empty one; both mean "not given". */
function withoutEmpty(env: Record<string, string | undefined>): Record<string, string> {
  const entries = ENVIRONMENT_NAMES.map((name) => [name, env[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => Boolean(entry[1])));
}

function missingInProduction(env: Record<string, string | undefined>): string[] {
  const missingKeys = KEY_NAMES.filter((name) => !env[name]);
  const missingAddresses = ['MONGODB_URI', 'REDIS_URL', 'TEMPORAL_ADDRESS'].filter((name) => !env[name]);
  return [
    ...missingKeys.map((name) => `${name}: must be given in production`),
    ...(env['SMS_PROVIDER'] ? [] : ['SMS_PROVIDER: must be given in production, see ops/sms.md']),
    ...(env['IDENTITY_PROVIDER'] ? [] : ['IDENTITY_PROVIDER: must be given in production, see ops/identity.md']),
    ...missingAddresses.map((name) => `${name}: must be given in production, it has no default there`),
  ];
}

function publicKeys(values: Environment): string[] {
  const known = KEY_NAMES.map(developmentKey);
  return KEY_NAMES.filter((name) =>
    [...(values[name]?.all.values() ?? [])].some((key) => known.some((publicKey) => publicKey.equals(key))),
  ).map((name) => `${name}: holds the public development key, which production refuses`);
}

function toConfig(values: Environment): Config {
  const dataDir = resolve(values.BANGFU_DATA_DIR);
  const key = (name: KeyName): KeyRing => values[name] ?? keyRing.parse(DEVELOPMENT_KEYS[name]);
  return {
    profile: values.BANGFU_PROFILE,
    api: { host: values.API_HOST, port: values.API_PORT },
    mongo: { uri: values.MONGODB_URI ?? mongoUri(values.MONGODB_PORT) },
    redis: { url: values.REDIS_URL ?? `redis://127.0.0.1:${values.REDIS_PORT}` },
    temporal: {
      address: values.TEMPORAL_ADDRESS ?? `127.0.0.1:${values.TEMPORAL_PORT}`,
      namespace: values.TEMPORAL_NAMESPACE,
      uiUrl: values.TEMPORAL_UI_URL ?? `http://127.0.0.1:${values.TEMPORAL_UI_PORT}`,
      taskQueue: values.TEMPORAL_TASK_QUEUE,
    },
    metrics: { host: values.METRICS_HOST, casesPort: values.WORKER_METRICS_PORT, jobsPort: values.JOBS_METRICS_PORT },
    dataDir,
    photoDir: resolve(values.PHOTO_DIR ?? join(dataDir, 'photos')),
    keys: {
      master: key('BANGFU_MASTER_KEY'),
      index: key('BANGFU_INDEX_KEY'),
      token: key('BANGFU_TOKEN_KEY'),
      codec: key('BANGFU_CODEC_KEY'),
      checkpoint: key('BANGFU_CHECKPOINT_KEY'),
    },
    sms: smsConfig(values),
    identity: identityConfig(values),
    crowdStartsPerSecond: values.CROWD_STARTS_PER_SECOND,
    sponsorChunk: values.SPONSOR_CHUNK,
    logLevel: values.LOG_LEVEL,
  };
}

/** Address of a one-member replica set on this machine. */
export function mongoUri(port: number, database: string = MONGO_DATABASE): string {
  return `mongodb://127.0.0.1:${port}/${database}?replicaSet=${MONGO_REPLICA_SET}`;
}
