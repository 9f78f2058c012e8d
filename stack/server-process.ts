import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, UserFacingError } from './errors.ts';
import { guard, unguard } from './guardian.ts';

export interface ServerSpec {
  name: string;
  /** What clients connect to. */
  address: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** Everything that it prints goes here; the first start begins the file anew, restarts go on in it. */
  logFile: string;
  /** One try to speak with the server; rejects while it is not ready. */
  probe(): Promise<void>;
  readyWithinMs?: number;
  stopSignal?: NodeJS.Signals;
  /** How long a polite stop may take before it is killed. */
  graceMs?: number;
  /** Works in the background: whoever waits for an answer comes first when the processor is short. */
  background?: boolean;
  /** Turns the end of the log of a failed start into what the user can do about it. */
  explain?(log: string): string | undefined;
}

const PROBE_PAUSE_MS = 25;
const BACKGROUND_NICER_BY = 5;
const live = new Set<ServerProcess>();

/** The processes of this command that run now, also those that are not ready yet, in the order of their start. */
export function liveServers(): ServerProcess[] {
  return [...live];
}

function moveBack(pid: number): void {
  try {
    setPriority(pid, Math.min(19, getPriority() + BACKGROUND_NICER_BY));
    // Linux weighs sessions against one another first, where the processes' own priorities say nothing.
    const session = `/proc/${pid}/autogroup`;
    if (existsSync(session)) writeFileSync(session, String(BACKGROUND_NICER_BY));
  } catch {
    // It has ended already, which its start tells better, or this system knows no such order: then all are equal.
  }
}

/**
 * One child process that serves something: it starts when it answers, stops politely, and can be killed and started
 * again on the same ports and files. It lives in a process group of its own, so that Ctrl-C reaches only us and the
 * order of stopping is ours.
 */
export class ServerProcess {
  readonly #spec: ServerSpec;
  readonly #exitListeners = new Set<(reason: string) => void>();
  #child: ChildProcess | undefined;
  #stopping = false;
  #startedBefore = false;
  #ready = false;

  constructor(spec: ServerSpec) {
    this.#spec = spec;
  }

  get name(): string {
    return this.#spec.name;
  }

  get address(): string {
    return this.#spec.address;
  }

  get logFile(): string {
    return this.#spec.logFile;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Called with the reason whenever the process ends without having been told to. */
  onUnexpectedExit(listener: (reason: string) => void): void {
    this.#exitListeners.add(listener);
  }

  /** Starts the process and waits until it answers. @throws UserFacingError when it ends before, or does not answer in time. */
  async start(): Promise<void> {
    if (this.#child) return;
    this.#stopping = false;
    this.#ready = false;
    const child = this.#spawn();
    const ended = once(child, 'exit').then(([code, signal]) => `ended with ${String(signal ?? code)}`);
    const failedToSpawn = once(child, 'error').then(([error]) => messageOf(error));
    const outcome = await Promise.race([this.#answers(child), ended, failedToSpawn]);
    if (outcome === undefined) {
      this.#ready = true;
      return;
    }
    await this.kill();
    throw new UserFacingError(this.#startFailure(outcome));
  }

  #spawn(): ChildProcess {
    const { command, args, env, logFile } = this.#spec;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, this.#startedBefore ? 'a' : 'w');
    this.#startedBefore = true;
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...env },
    });
    closeSync(log);
    child.unref();
    this.#child = child;
    live.add(this);
    const { pid } = child;
    if (pid !== undefined) {
      guard(pid);
      if (this.#spec.background === true) moveBack(pid);
    }
    child.once('exit', (code, signal) => {
      if (pid !== undefined) unguard(pid);
      if (this.#child === child) this.#forget();
      if (this.#ready && !this.#stopping)
        for (const listener of this.#exitListeners) listener(`ended with ${String(signal ?? code)}`);
    });
    child.once('error', () => this.#forget());
    return child;
  }

  #forget(): void {
    this.#child = undefined;
    live.delete(this);
  }

  /** Resolves with undefined once the probe succeeds, or with why it did not in time. */
  async #answers(child: ChildProcess): Promise<string | undefined> {
    const until = Date.now() + (this.#spec.readyWithinMs ?? 60_000);
    let last = '';
    while (this.#child === child && Date.now() < until) {
      try {
        await this.#spec.probe();
        return undefined;
      } catch (error) {
        last = messageOf(error);
      }
      await delay(PROBE_PAUSE_MS);
    }
    return `did not answer in time (${last})`;
  }

  #startFailure(outcome: string): string {
    const log = readFileSync(this.#spec.logFile, 'utf8').trim();
    const advice = this.#spec.explain?.(log);
    if (advice) return `${this.name} did not start: ${advice}`;
    const tail = log.split('\n').slice(-2).join(' | ').slice(-400);
    return `${this.name} did not start: it ${outcome}. Its log is ${this.#spec.logFile}${tail ? `, ending: ${tail}` : ''}`;
  }

  /** Asks it to end, and kills it when it does not within its grace. */
  async stop(): Promise<void> {
    await this.#end(this.#spec.stopSignal ?? 'SIGTERM', this.#spec.graceMs ?? 10_000);
  }

  /** kill -9, as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL', 10_000);
  }

  /** Stops it if it runs, and starts it on the same ports and files. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #end(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    this.#stopping = true;
    const exited = once(child, 'exit');
    child.kill(signal);
    const deadline = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(deadline);
  }
}
