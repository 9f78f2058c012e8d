import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createReadStream, mkdirSync, openSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../infra/config.ts';
import { messageOf, UserFacingError } from '../../stack/errors.ts';
import { freePorts } from '../../stack/ports.ts';

const root = join(import.meta.dirname, '..', '..');

export interface DemoServer {
  readonly url: string;
  /** Stops what the demo started; nothing when it found a running one. */
  stop(): Promise<void>;
  /** How to look at it and how to stop it, when it is left up. */
  readonly leftUp: readonly string[];
}

interface Meta {
  readonly profile: string;
}

export interface ServerOptions {
  readonly config: Config;
  readonly keep: boolean;
  readonly say: (line: string) => void;
}

/** The running demo at the configured address, or one of its own on free ports. @throws UserFacingError */
export async function demoServer({ config, keep, say }: ServerOptions): Promise<DemoServer> {
  const url = `http://${config.api.host}:${config.api.port}`;
  const profile = await profileAt(url);
  if (profile === 'demo') {
    say(`Using the Bangfu at ${url}, which runs under the policies of the demo.`);
    return { url, stop: () => Promise.resolve(), leftUp: [] };
  }
  say(
    profile === null
      ? 'No Bangfu answers here: the demo starts its own on free ports, with its data in .bangfu/demo.'
      : `The Bangfu at ${url} runs under other policies (profile ${profile}): the demo starts its own beside it on free ports, with its data in .bangfu/demo.`,
  );
  return startOwn(join(config.dataDir, 'demo'), keep, say);
}

async function profileAt(url: string): Promise<string | null> {
  const response = await fetch(`${url}/v1/meta`, { signal: AbortSignal.timeout(3_000) }).catch(() => null);
  if (response === null) return null;
  const meta = (await response.json().catch(() => null)) as Partial<Meta> | null;
  return meta?.profile ?? 'unknown';
}

/** `npm start` in the profile of the demo, in a process of its own, with fresh data. */
async function startOwn(dataDir: string, keep: boolean, say: (line: string) => void): Promise<DemoServer> {
  const [api = 0, mongo = 0, redis = 0, temporal = 0, temporalUi = 0, cases = 0, jobs = 0] = await freePorts(7);
  await emptied(dataDir);
  const log = join(dataDir, 'start.log');
  const child = spawnStart(log, keep, {
    BANGFU_PROFILE: 'demo',
    BANGFU_DATA_DIR: dataDir,
    API_HOST: '127.0.0.1',
    API_PORT: String(api),
    MONGODB_PORT: String(mongo),
    REDIS_PORT: String(redis),
    TEMPORAL_PORT: String(temporal),
    TEMPORAL_UI_PORT: String(temporalUi),
    WORKER_METRICS_PORT: String(cases),
    JOBS_METRICS_PORT: String(jobs),
  });
  const url = `http://127.0.0.1:${api}`;
  const server: DemoServer = {
    url,
    stop: () => stopChild(child),
    leftUp: [
      `The demo stays up: API ${url}/v1, docs ${url}/docs,`,
      `Temporal UI http://127.0.0.1:${temporalUi}/namespaces/bangfu/workflows.`,
      `Stop it with: kill ${String(child.pid)}`,
    ],
  };
  try {
    await untilReady(child, url, log, say);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Fresh data for each demo of its own, unless one that was kept still runs on it. */
async function emptied(dataDir: string): Promise<void> {
  const { lockHolder } = await import('../lib/lock.mjs');
  const holder = await lockHolder(join(dataDir, 'run.lock'));
  if (holder !== undefined) {
    throw new UserFacingError(`A demo that was left up still runs (process ${holder}): stop it with kill ${holder}.`);
  }
  await rm(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });
}

/** Addresses of other servers are not for the demo: it brings its own. */
const NOT_INHERITED = ['MONGODB_URI', 'REDIS_URL', 'TEMPORAL_ADDRESS', 'TEMPORAL_UI_URL', 'PHOTO_DIR'];

function spawnStart(log: string, keep: boolean, own: Record<string, string>): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.includes(name));
  const output = openSync(log, 'w');
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'stack/start.ts')], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...own },
    // A process group of its own: Ctrl-C reaches us alone. The channel's end tells it that we are gone.
    detached: true,
    stdio: keep ? ['ignore', output, output] : ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  child.unref();
  return child;
}

const READY_WITHIN_MS = 15 * 60_000;

/** Waits until the API answers, telling meanwhile what is being fetched and started. */
async function untilReady(child: ChildProcess, url: string, log: string, say: (line: string) => void): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  let told = 0;
  while (Date.now() < until) {
    told = await tellFrom(log, told, say);
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new UserFacingError(`The demo's own Bangfu did not start, see above and in ${log}.`);
    }
    const ready = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    // The workers are up only when `npm start` says so.
    if (ready?.ok === true && told < 0) return;
    await delay(300);
  }
  throw new UserFacingError(
    `The demo's own Bangfu is not ready after ${READY_WITHIN_MS / 60_000} minutes, see ${log}.`,
  );
}

/** Says the new lines of the log up to the ready banner; gives how many bytes were told, or -1 once it is ready. */
async function tellFrom(log: string, from: number, say: (line: string) => void): Promise<number> {
  if (from < 0) return from;
  const { size } = await stat(log).catch(() => ({ size: 0 }));
  if (size <= from) return from;
  for await (const line of createInterface({ input: createReadStream(log, { start: from, end: size - 1 }) })) {
    if (line.startsWith('Bangfu is ready')) {
      say(line);
      return -1;
    }
    if (line.trim() !== '') say(`  ${line}`);
  }
  return size;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.ref();
  try {
    child.kill('SIGTERM');
    await ended;
  } catch (error) {
    console.error(`The demo's own Bangfu could not be stopped: ${messageOf(error)}`);
  }
}
