import type { Logger } from 'pino';

export interface Shutdown {
  /** Adds a step. Steps run in reverse order of adding: what was opened last is closed first. */
  add(name: string, close: () => unknown): void;
  /** Runs the steps and ends the process with the code. Later calls wait for the first. */
  now(why: string, exitCode?: number): Promise<void>;
  /** True from the first signal on: stop taking work. */
  readonly started: boolean;
}

export interface ShutdownOptions {
  readonly log: Logger;
  /** After this the process ends with code 1, whatever still runs. */
  readonly forceAfterMs: number;
  readonly exit?: (code: number) => void;
}

/** Ordered shutdown on SIGINT and SIGTERM. A step that fails is logged and the next one runs. */
export function createShutdown({ log, forceAfterMs, exit = process.exit }: ShutdownOptions): Shutdown {
  const steps: { name: string; close: () => unknown }[] = [];
  let running: Promise<void> | null = null;

  async function run(why: string, exitCode: number): Promise<void> {
    log.info({ why }, 'shutting down');
    const force = setTimeout(() => {
      log.error({ left: steps.map(({ name }) => name) }, 'shutdown took too long');
      exit(1);
    }, forceAfterMs);
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step.close();
      } catch (err) {
        log.error({ err, step: step.name }, 'a shutdown step failed');
      }
    }
    clearTimeout(force);
    exit(exitCode);
  }

  const shutdown: Shutdown = {
    add: (name, close) => steps.push({ name, close }),
    now: (why, exitCode = 0) => (running ??= run(why, exitCode)),
    get started() {
      return running !== null;
    },
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void shutdown.now(signal));
  return shutdown;
}
