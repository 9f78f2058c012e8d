import { join } from 'node:path';
import { DEFAULT_TEMPORAL_NAMESPACE } from '../infra/config.ts';
import { startMongo } from './mongo.ts';
import { freePorts } from './ports.ts';
import type { Progress } from './progress.ts';
import { startRedis } from './redis.ts';
import type { ServerProcess } from './server-process.ts';
import { startTemporal } from './temporal.ts';

export interface StackPorts {
  mongo: number;
  redis: number;
  temporal: number;
  temporalUi: number;
}

export interface Stack {
  mongo: ServerProcess;
  redis: ServerProcess;
  temporal: ServerProcess;
  /** The addresses, under the names that `loadConfig` reads. */
  env: { MONGODB_URI: string; REDIS_URL: string; TEMPORAL_ADDRESS: string; TEMPORAL_UI_URL: string };
  /** Stops all three; safe to call twice. */
  stop(): Promise<void>;
}

export interface StackOptions {
  /** Folder of all data and logs; the same folder and ports continue where an earlier stack stopped. */
  dir: string;
  ports?: 'random' | StackPorts;
  temporalUi?: boolean;
  namespace?: string;
  progress?: Progress;
}

/** Starts real MongoDB, Redis and Temporal servers of one's own, side by side. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dir, temporalUi = false, namespace = DEFAULT_TEMPORAL_NAMESPACE } = options;
  const ports = options.ports === undefined || options.ports === 'random' ? await randomPorts() : options.ports;
  const common = options.progress ? { progress: options.progress } : {};
  const starts = await Promise.allSettled([
    startMongo({ port: ports.mongo, dir, ...common }),
    startRedis({ port: ports.redis, dir, ...common }),
    startTemporal({
      port: ports.temporal,
      ...(temporalUi ? { uiPort: ports.temporalUi } : {}),
      dbFile: join(dir, 'temporal', 'temporal.db'),
      logDir: join(dir, 'logs'),
      namespace,
      ...common,
    }),
  ]);
  const [mongo, redis, temporal] = starts.map((start) => (start.status === 'fulfilled' ? start.value : undefined));
  const failure = starts.find((start) => start.status === 'rejected');
  if (!mongo || !redis || !temporal) {
    await stopAll([temporal, redis, mongo]);
    throw failure?.reason;
  }
  return {
    mongo,
    redis,
    temporal,
    env: {
      MONGODB_URI: mongo.address,
      REDIS_URL: redis.address,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_UI_URL: `http://127.0.0.1:${ports.temporalUi}`,
    },
    stop: () => stopAll([temporal, redis, mongo]),
  };
}

async function randomPorts(): Promise<StackPorts> {
  const [mongo = 0, redis = 0, temporal = 0, temporalUi = 0] = await freePorts(4);
  return { mongo, redis, temporal, temporalUi };
}

async function stopAll(servers: (ServerProcess | undefined)[]): Promise<void> {
  for (const server of servers) await server?.stop();
}
