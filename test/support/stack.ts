import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Redis } from 'ioredis';
import { after, before } from 'mocha';
import { MongoClient } from 'mongodb';
import { v7 as uuidv7 } from 'uuid';
import { DEFAULT_TEMPORAL_NAMESPACE, loadConfig, type Config } from '../../infra/config.ts';
import { deleteAtEnd } from '../../stack/guardian.ts';
import { provisionTimeSkippingServer } from '../../stack/provision/test-server.ts';
import { startStack, type Stack } from '../../stack/stack.ts';

export { freePorts } from '../../stack/ports.ts';

/** Enough for the first provisioning on a machine that has to build Temporal. */
const START_TIMEOUT_MS = 15 * 60_000;
const REDIS_DATABASES = 511;

/** What one suite may use of the shared servers; filled in before its first test. */
export interface SuiteStack {
  /** A database of the suite's own, and empty; collections and indexes may be there from an earlier one. */
  readonly mongoUri: string;
  /** A numbered Redis database of the suite's own (the last 511 suites never share one). */
  readonly redisUrl: string;
  readonly temporalAddress: string;
  /** Shared by all suites: workflow ids are UUIDs, and the task queue keeps workers apart. */
  readonly namespace: string;
  /** A task queue of the suite's own. */
  readonly taskQueue: string;
  /** All of it under the names that `loadConfig` reads, to be given to child processes. */
  readonly env: Record<string, string>;
  readonly config: Config;
}

type Addresses = Stack['env'];
let own: Promise<Stack> | undefined;
let suitesLeft = 0;
/** Databases of suites that have ended. Making the collections and indexes anew costs more than most suites. */
const restingDatabases: string[] = [];

/**
 * Gives the surrounding suite (call it inside `describe`) its share of real servers. All suites of a mocha run use one
 * stack: the one named by BANGFU_TEST_STACK (`npm test` starts it), or one on random ports that the first suite starts
 * and the last one stops.
 */
export function useStack(): SuiteStack {
  const suite: { filled?: SuiteStack } = {};
  const filled = (): SuiteStack => {
    if (!suite.filled) throw new Error('The stack is there only inside hooks and tests.');
    return suite.filled;
  };
  suitesLeft++;
  before('servers', async function () {
    this.timeout(START_TIMEOUT_MS);
    suite.filled = await share(await addresses());
  });
  after('servers', async function () {
    this.timeout(60_000);
    if (suite.filled) restingDatabases.push(suite.filled.mongoUri);
    suitesLeft--;
    if (suitesLeft === 0) await (await own)?.stop();
  });
  return {
    get mongoUri() {
      return filled().mongoUri;
    },
    get redisUrl() {
      return filled().redisUrl;
    },
    get temporalAddress() {
      return filled().temporalAddress;
    },
    get namespace() {
      return filled().namespace;
    },
    get taskQueue() {
      return filled().taskQueue;
    },
    get env() {
      return filled().env;
    },
    get config() {
      return filled().config;
    },
  };
}

async function addresses(): Promise<Addresses> {
  const given = process.env['BANGFU_TEST_STACK'];
  if (given) return JSON.parse(given) as Addresses;
  own ??= startOwnStack();
  return (await own).env;
}

/** A stack that the caller stops and may break (fault tests): its servers are nobody else's. */
export async function startOwnStack(): Promise<Stack> {
  return startStack({ dir: await temporaryFolder() });
}

/** A folder that is deleted when this process has ended, however it ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bangfu-test-'));
  deleteAtEnd(folder);
  return folder;
}

async function share(servers: Addresses): Promise<SuiteStack> {
  // The time part of a UUIDv7 comes first; its end is the random part.
  const id = uuidv7().replaceAll('-', '').slice(-12);
  const mongoUri = (await emptied(restingDatabases.pop())) ?? ownUri(servers.MONGODB_URI, id);
  const redisUrl = `${servers.REDIS_URL}/${await nextRedisDatabase(servers.REDIS_URL)}`;
  const env = {
    ...servers,
    BANGFU_PROFILE: 'test',
    MONGODB_URI: mongoUri,
    REDIS_URL: redisUrl,
    TEMPORAL_NAMESPACE: DEFAULT_TEMPORAL_NAMESPACE,
    TEMPORAL_TASK_QUEUE: `cases-${id}`,
    BANGFU_DATA_DIR: await temporaryFolder(),
    LOG_LEVEL: 'warn',
  };
  return {
    mongoUri,
    redisUrl,
    temporalAddress: servers.TEMPORAL_ADDRESS,
    namespace: env.TEMPORAL_NAMESPACE,
    taskQueue: env.TEMPORAL_TASK_QUEUE,
    env,
    config: loadConfig(env),
  };
}

const ownUri = (uri: string, id: string): string => uri.replace(/\/[^/?]*\?/, `/bangfu_test_${id}?`);

async function emptied(uri: string | undefined): Promise<string | undefined> {
  if (uri === undefined) return undefined;
  const client = await MongoClient.connect(uri);
  try {
    const collections = await client.db().collections();
    await Promise.all(
      collections.map(async (one) => (await one.estimatedDocumentCount()) > 0 && (await one.deleteMany({}))),
    );
    return uri;
  } finally {
    await client.close();
  }
}

async function nextRedisDatabase(url: string): Promise<number> {
  const redis = new Redis(url);
  try {
    return 1 + ((await redis.incr('test-suites')) % REDIS_DATABASES);
  } finally {
    redis.disconnect();
  }
}

/**
 * A Temporal environment with skipped time. Its server is ours where there is Java, and the SDK's own download elsewhere.
 * The caller tears it down.
 */
export async function createTimeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const path = await provisionTimeSkippingServer((line) => console.warn(line));
  const options = path === undefined ? {} : { server: { executable: { type: 'existing-path' as const, path } } };
  // The SDK gives a new server five seconds, which a busy machine's Java does not always make; nothing has run yet then.
  for (let triesLeft = 5; ; triesLeft -= 1) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping(options);
    } catch (error) {
      if (triesLeft === 0 || !String(error).includes('did not start within')) throw error;
    }
  }
}
