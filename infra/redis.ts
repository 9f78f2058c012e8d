import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Config } from './config.ts';

export type { Redis } from 'ioredis';

const backOff = (attempt: number): number => Math.min(2000, attempt * 100);

/**
 * A connection for commands inside a request: without Redis they fail at once instead of queueing up, so that the
 * caller can go on without it. It reconnects by itself.
 */
export const connectRedis = (config: Pick<Config, 'redis'>, log?: Logger): Redis =>
  watched(
    new Redis(config.redis.url, {
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      connectTimeout: 2000,
      commandTimeout: 1000,
      retryStrategy: backOff,
    }),
    log,
  );

/** A connection for BullMQ workers: their blocking calls wait for Redis for as long as it takes. */
export const connectRedisForQueues = (config: Pick<Config, 'redis'>, log?: Logger): Redis =>
  watched(
    new Redis(config.redis.url, {
      maxRetriesPerRequest: null,
      connectTimeout: 2000,
      retryStrategy: backOff,
    }),
    log,
  );

/** Waits until the connection can take commands; false when that took longer. */
export async function redisReady(redis: Redis, timeoutMs = 3000): Promise<boolean> {
  if (redis.status === 'ready') return true;
  return new Promise((resolve) => {
    const done = (ready: boolean) => {
      clearTimeout(timer);
      redis.off('ready', onReady);
      resolve(ready);
    };
    const onReady = () => done(true);
    const timer = setTimeout(() => done(false), timeoutMs);
    redis.once('ready', onReady);
  });
}

/** Whether Redis answers, within a second. */
export async function pingRedis(redis: Redis): Promise<boolean> {
  if (redis.status !== 'ready') return false;
  const late = new Promise<string>((resolve) => setTimeout(resolve, 1000, '').unref());
  return (await Promise.race([redis.ping().catch(() => ''), late])) === 'PONG';
}

/** Without a listener ioredis prints every failed reconnect; one line per outage is enough. */
function watched(redis: Redis, log: Logger | undefined): Redis {
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) log?.warn({ err: error }, 'redis is away');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log?.info('redis is back');
    away = false;
  });
  return redis;
}
