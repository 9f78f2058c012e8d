import { spawn } from 'node:child_process';
import { guard, unguard } from '../../stack/guardian.ts';

/** How a child ended: its exit code, or why it has none. */
export type Ending = number | string;

/**
 * Runs a Node program of this repository with its output on our terminal. `overdue` is asked every second and ends the
 * child by force when it gives a reason.
 */
export async function runNode(
  args: string[],
  env: Record<string, string | undefined>,
  overdue: () => string | undefined = () => undefined,
): Promise<Ending> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    const { pid } = child;
    if (pid !== undefined) guard(pid);
    let forced: string | undefined;
    const watch = setInterval(() => {
      forced ??= overdue();
      if (forced) child.kill('SIGKILL');
    }, 1_000);
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      if (pid !== undefined) unguard(pid);
      resolve(forced ?? code ?? `killed by ${String(signal)}`);
    });
  });
}
