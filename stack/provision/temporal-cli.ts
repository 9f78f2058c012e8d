import { rename } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { withHeartbeat, type Progress } from '../progress.ts';
import { archiveSource } from './archive.ts';
import { onPath, run } from './command.ts';
import { atLeast, parseVersion, provision, type Program, type Source } from './provision.ts';

// Later versions carry a `replace` directive and so cannot be installed by `go install`.
const VERSION = '1.5.1';
const ARCHITECTURE: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

const goModule: Source = {
  label: `building it from the Go module (Temporal CLI ${VERSION}; 3 to 5 minutes, only this once)`,
  async fetch(target, scratch, progress) {
    if (!(await onPath('go'))) throw new Error('Go is not installed');
    await withHeartbeat(progress, 'Temporal: still building', () =>
      run('go', ['install', '-ldflags=-s -w', `github.com/temporalio/cli/cmd/temporal@v${VERSION}`], {
        env: { GOBIN: scratch, GOFLAGS: '' },
        cwd: scratch,
      }),
    );
    await rename(join(scratch, 'temporal'), target);
  },
};

const machine = ARCHITECTURE[arch()];
const system = platform() === 'linux' || platform() === 'darwin' ? platform() : undefined;
const official =
  machine && system
    ? `https://github.com/temporalio/cli/releases/download/v${VERSION}/temporal_cli_${VERSION}_${system}_${machine}.tar.gz`
    : undefined;

const temporalCli: Program = {
  title: 'Temporal',
  variable: 'TEMPORAL_BIN',
  command: { name: 'temporal', suits: suitsCli },
  cacheName: `temporal-${VERSION}`,
  sources: [...archiveSource(official, 'temporal'), goModule],
  remedy:
    'Install the Temporal CLI or Go 1.24 (with which it is built here), or set TEMPORAL_BIN to a temporal binary, or TEMPORAL_ADDRESS to a running server.',
};

/** The server inside decides: 1.27 is the first whose updates and search attributes are those we use. */
async function suitsCli(path: string): Promise<boolean> {
  const printed = await run(path, ['--version']).catch(() => '');
  return atLeast(parseVersion(/Server (\S+)/.exec(printed)?.[1] ?? ''), [1, 27]);
}

/** Path of the Temporal CLI, which carries the development server and its UI. */
export async function provisionTemporalCli(progress: Progress): Promise<string> {
  return provision(temporalCli, progress);
}
