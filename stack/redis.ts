import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { ServerOptions } from './mongo.ts';
import { silent } from './progress.ts';
import { provisionRedisServer } from './provision/redis-server.ts';
import { ServerProcess } from './server-process.ts';

/** Starts Redis as a job store: append-only file on, and never evicting a job to make room. */
export async function startRedis(options: ServerOptions): Promise<ServerProcess> {
  const { port, dir } = options;
  const command = await provisionRedisServer(options.progress ?? silent);
  const dataDir = join(dir, 'redis');
  await mkdir(dataDir, { recursive: true });
  const server = new ServerProcess({
    name: 'Redis',
    address: `redis://127.0.0.1:${port}`,
    command,
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dataDir, '--databases', '512'],
      ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'],
      // The append-only file holds everything; periodic dumps would only fork a second process.
      ...['--save', ''],
    ],
    logFile: join(dir, 'logs', 'redis.log'),
    probe: () => ping(port),
    explain: (log) => (log.includes('Address already in use') ? 'its port is taken.' : undefined),
  });
  await server.start();
  return server;
}

async function ping(port: number): Promise<void> {
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  // A refused connection is reported by the promises below as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
