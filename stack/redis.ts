import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
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

/** Asked by hand: a client library would take longer to load than Redis takes to start. */
function ping(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1_000, () => socket.destroy(new Error('it does not answer')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('it closed the connection')));
    socket.once('data', (answer) => {
      if (answer.toString().startsWith('+PONG')) resolve();
      else reject(new Error(answer.toString().trim()));
      socket.destroy();
    });
  });
}
