import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from './errors.ts';
import type { Progress } from './progress.ts';
import type { ServerProcess } from './server-process.ts';

const BACKOFF_MS = [1_000, 2_000, 4_000];
const FORGIVEN_AFTER_MS = 60_000;

/**
 * Starts a process again when it ends by itself, a few times within a minute at most. `giveUp` is called with a
 * sentence for the user when that does not help.
 */
export function supervise(
  server: ServerProcess,
  progress: Progress,
  giveUp: (sentence: string) => void,
  pauses: number[] = BACKOFF_MS,
): void {
  let crashes: number[] = [];
  const revive = async (reason: string): Promise<void> => {
    crashes = [...crashes.filter((at) => at > Date.now() - FORGIVEN_AFTER_MS), Date.now()];
    const pause = pauses[crashes.length - 1];
    if (pause === undefined) {
      giveUp(`${server.name} keeps ending (${reason}). Its log is ${server.logFile}. Everything is stopped.`);
      return;
    }
    progress(`${server.name} ${reason}; starting it again in ${pause / 1000} s (its log: ${server.logFile})`);
    await delay(pause);
    try {
      await server.start();
      progress(`${server.name} runs again`);
    } catch (error) {
      await revive(messageOf(error));
    }
  };
  server.onUnexpectedExit((reason) => void revive(reason));
}
