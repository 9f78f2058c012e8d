import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { lockHolder, tryLock, unlock, withLock } from '../../scripts/lib/lock.mjs';
import { freePorts, requireFreePort } from '../../stack/ports.ts';
import { provision } from '../../stack/provision/provision.ts';
import { ServerProcess } from '../../stack/server-process.ts';
import { supervise } from '../../stack/supervisor.ts';
import { temporaryFolder } from '../support/stack.ts';

const SERVER = `
  process.on('SIGTERM', () => process.env.STUBBORN || process.exit(0));
  require('node:http').createServer((request, response) => {
    if (request.url === '/crash') process.exit(7);
    response.end(String(process.pid));
  }).listen(Number(process.env.TEST_PORT), '127.0.0.1');
`;

const get = async (server: ServerProcess, path = '/'): Promise<string> => (await fetch(server.address + path)).text();
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** As the lock file notes it; systems without /proc note nothing. */
function startOf(pid: number | undefined): string {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return '';
  return (
    readFileSync(path, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19] ?? ''
  );
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await condition()) return;
    await delay(50);
  }
  throw new Error('it did not happen within 10 s');
}

async function createTestServer(env: Record<string, string> = {}): Promise<ServerProcess> {
  const [port = 0] = await freePorts(1);
  const dir = await temporaryFolder();
  const address = `http://127.0.0.1:${port}`;
  return new ServerProcess({
    name: 'Test server',
    address,
    command: process.execPath,
    args: ['-e', SERVER],
    env: { TEST_PORT: String(port), ...env },
    logFile: join(dir, 'server.log'),
    probe: async () => {
      await fetch(address);
    },
    graceMs: 300,
  });
}

describe('a server process', function () {
  this.timeout(20_000);
  const started: ServerProcess[] = [];
  const startTestServer = async (env?: Record<string, string>): Promise<ServerProcess> => {
    const server = await createTestServer(env);
    started.push(server);
    await server.start();
    return server;
  };
  afterEach(async () => {
    for (const server of started.splice(0)) await server.kill();
  });

  it('answers once it is started, and on the same address after it was killed', async () => {
    const server = await startTestServer();
    const first = await get(server);
    await server.kill();
    expect(server.pid).to.equal(undefined);
    await server.start();
    expect(await get(server)).not.to.equal(first);
  });

  it('is killed when it does not stop within its grace', async () => {
    const server = await startTestServer({ STUBBORN: '1' });
    const pid = server.pid ?? 0;
    await server.stop();
    expect(isAlive(pid)).to.equal(false);
  });

  it('says how it ended and what it printed when it does not start', async () => {
    const [port = 0] = await freePorts(1);
    const taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const server = await createTestServer({ TEST_PORT: String(port) });
    // Its probe asks an address where nobody is, so only the end of the process can settle the start.
    const failure = await server.start().catch((error: unknown) => String(error));
    taken.close();
    expect(failure).to.contain('Test server did not start: it ended with 1').and.to.contain('Its log is');
  });

  it('is started again when it crashes, and given up when that does not help', async () => {
    const server = await startTestServer();
    const sentences: string[] = [];
    supervise(
      server,
      () => undefined,
      (sentence) => sentences.push(sentence),
      [10, 10, 10],
    );
    for (let crash = 1; crash <= 4; crash++) {
      await until(() => server.pid !== undefined && get(server).then(Boolean, () => false));
      const { pid } = server;
      await get(server, '/crash').catch(() => undefined);
      await until(() => server.pid !== pid);
    }
    await until(() => sentences.length > 0);
    expect(sentences).to.have.length(1);
    // A crash may hit the moment before the restart was noticed; either way the code is named.
    expect(sentences[0]).to.match(/^Test server keeps ending \(.*ended with 7/);
  });

  it('does not outlive the command that started it, even one that was killed', async () => {
    const dir = await temporaryFolder();
    const script = join(dir, 'parent.mts');
    const module = join(import.meta.dirname, '..', '..', 'stack', 'server-process.ts');
    await writeFile(
      script,
      `import { ServerProcess } from ${JSON.stringify(module)};
       const server = new ServerProcess({ name: 'x', address: '', command: process.execPath,
         args: ['-e', 'setInterval(() => {}, 1000)'], logFile: ${JSON.stringify(join(dir, 'x.log'))}, probe: async () => {} });
       await server.start();
       console.log(server.pid);
       setInterval(() => {}, 1000);`,
    );
    const parent = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).to.equal(true);
    parent.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });
});

describe('a port that is wanted', () => {
  it('is refused in one sentence when somebody else has it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const failure = await requireFreePort(port, 'the API', 'API_PORT').catch((error: unknown) => String(error));
    taken.close();
    expect(failure).to.contain(`Port ${port}, wanted by the API, is taken`).and.to.contain('API_PORT=<port>');
  });
});

describe('a lock file', () => {
  it('lets one in at a time and frees itself from a holder that is gone', async () => {
    const path = join(await temporaryFolder(), 'x.lock');
    await writeFile(path, '999999999 1');
    expect(await tryLock(path)).to.equal(undefined);
    expect(await lockHolder(path)).to.equal(process.pid);
    await unlock(path);
    // A living process, but not the one that took the lock: its start differs.
    await writeFile(path, '1 12345678901');
    expect(await lockHolder(path)).to.equal(undefined);
  });

  it('makes others wait until the work is done', async () => {
    const path = join(await temporaryFolder(), 'y.lock');
    const parent = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 700)']);
    await writeFile(path, `${parent.pid} ${startOf(parent.pid)}`);
    let waited = 0;
    await withLock(
      path,
      () => waited++,
      async () => undefined,
    );
    expect(waited).to.equal(1);
    expect(existsSync(path)).to.equal(false);
  });
});

describe('provisioning', () => {
  const fetched: string[] = [];
  const program = (cacheName: string, failing: boolean) => ({
    title: 'Thing',
    variable: 'THING_BIN',
    cacheName,
    sources: [
      { label: 'the first way', fetch: () => Promise.reject(new Error('the network is down')) },
      {
        label: 'the second way',
        fetch: async (target: string) => {
          if (failing) throw new Error('no such package');
          fetched.push(target);
          await writeFile(target, '#!/bin/sh\n');
        },
      },
    ],
    remedy: 'Install it.',
  });
  const before_ = process.env['BANGFU_CACHE_DIR'];
  beforeEach(async () => {
    process.env['BANGFU_CACHE_DIR'] = join(await temporaryFolder(), 'cache');
    fetched.length = 0;
  });
  afterEach(() => {
    if (before_ === undefined) delete process.env['BANGFU_CACHE_DIR'];
    else process.env['BANGFU_CACHE_DIR'] = before_;
    delete process.env['THING_BIN'];
  });

  it('goes on to the next way when one fails, and fetches once for all who ask', async () => {
    const paths = await Promise.all([1, 2, 3].map(() => provision(program('thing', false), () => undefined)));
    expect(new Set(paths)).to.have.property('size', 1);
    expect(fetched).to.have.length(1);
  });

  it('names every way that failed and what to do', async () => {
    const failure = await provision(program('other', true), () => undefined).catch((error: unknown) => String(error));
    expect(failure).to.contain('the network is down').and.to.contain('no such package').and.to.contain('Install it.');
  });

  it('takes the binary that is named, and refuses a name that is none', async () => {
    process.env['THING_BIN'] = process.execPath;
    expect(await provision(program('thing', true), () => undefined)).to.equal(process.execPath);
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'x'));
    process.env['THING_BIN'] = join(folder, 'absent');
    expect(await provision(program('thing', true), () => undefined).catch(String)).to.contain('THING_BIN names');
  });
});
