import { join } from 'node:path';
import type { Config } from '../infra/config.ts';
import { startMongo } from './mongo.ts';
import { requireFreePort } from './ports.ts';
import type { Progress } from './progress.ts';
import { startRedis } from './redis.ts';
import { startTemporal } from './temporal.ts';

type Environment = Record<string, string | undefined>;

/** Brings up the three servers of `npm start` side by side; one whose address is given is only looked at. */
export async function startOrCheckServers(config: Config, env: Environment, progress: Progress): Promise<void> {
  const common = { dir: config.dataDir, progress };
  // Looking at servers of others takes client libraries, which starting our own does not.
  const given = isGiven(env, 'MONGODB_URI', 'REDIS_URL', 'TEMPORAL_ADDRESS') ? await import('./given.ts') : null;
  const starts = await Promise.allSettled([
    given !== null && env['MONGODB_URI']
      ? given.requireMongo(config.mongo.uri)
      : startMongo({ ...common, port: portOf(config.mongo.uri) }),
    given !== null && env['REDIS_URL']
      ? given.requireRedis(config.redis.url)
      : startRedis({ ...common, port: portOf(config.redis.url) }),
    given !== null && env['TEMPORAL_ADDRESS']
      ? given.requireTemporal(config.temporal.address)
      : startTemporal({
          port: portOf(`grpc://${config.temporal.address}`),
          uiPort: portOf(config.temporal.uiUrl),
          dbFile: join(config.dataDir, 'temporal', 'temporal.db'),
          logDir: join(config.dataDir, 'logs'),
          namespace: config.temporal.namespace,
          codecEndpoint: `http://${config.api.host}:${config.api.port}/v1/codec`,
          progress,
        }),
  ]);
  const failure = starts.find((start) => start.status === 'rejected');
  if (failure) throw failure.reason;
}

/** Whether some of these servers are run by somebody else. */
export const isGiven = (env: Environment, ...names: readonly string[]): boolean => names.some((name) => env[name]);

/** @throws UserFacingError for the first port that somebody else has already. */
export async function requireOurPorts(config: Config, env: Environment): Promise<void> {
  await requireFreePort(config.api.port, 'the API', 'API_PORT');
  await requireFreePort(config.metrics.casesPort, 'the cases worker', 'WORKER_METRICS_PORT');
  await requireFreePort(config.metrics.jobsPort, 'the jobs worker', 'JOBS_METRICS_PORT');
  if (!env['MONGODB_URI']) await requireFreePort(portOf(config.mongo.uri), 'MongoDB', 'MONGODB_PORT');
  if (!env['REDIS_URL']) await requireFreePort(portOf(config.redis.url), 'Redis', 'REDIS_PORT');
  if (!env['TEMPORAL_ADDRESS']) {
    await requireFreePort(portOf(`grpc://${config.temporal.address}`), 'Temporal', 'TEMPORAL_PORT');
    await requireFreePort(portOf(config.temporal.uiUrl), 'the Temporal UI', 'TEMPORAL_UI_PORT');
  }
}

function portOf(address: string): number {
  return Number(new URL(address).port);
}
