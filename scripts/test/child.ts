import { spawn } from 'node:child_process';
import { guard, unguard } from '../../stack/guardian.ts';

/** How a child ended: its exit code, or why it has none. */
export type Ending = number | string;

interface Options {
  /** Hears what the child prints; without it that goes to our terminal. */
  readonly output?: ((text: string) => void) | undefined;
  /** Asked every second; ends the child by force when it gives a reason. */
  readonly overdue?: () => string | undefined;
}

/** Runs a Node program of this repository. */
export async function runNode(
  args: string[],
  env: Record<string, string | undefined>,
  { output, overdue = () => undefined }: Options = {},
): Promise<Ending> {
  return new Promise((resolve) => {
    const to = output === undefined ? 'inherit' : 'pipe';
    const child = spawn(process.execPath, args, { stdio: ['ignore', to, to], env });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', output ?? (() => undefined));
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
