import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

let pipe: Writable | undefined;

/** Hands a process to the guardian, which stops it when this process dies without having done so itself. */
export function guard(pid: number): void {
  tell(`add ${pid}`);
}

export function unguard(pid: number): void {
  tell(`remove ${pid}`);
}

/** Has a temporary folder deleted after this process and all guarded ones have ended. */
export function deleteAtEnd(folder: string): void {
  tell(`folder ${folder}`);
}

function tell(line: string): void {
  pipe ??= startGuardian();
  pipe.write(`${line}\n`);
}

function startGuardian(): Writable {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'guardian.mjs')], {
    // A session of its own: a signal to our whole process group must not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  // Its end is noticed only by writing; the worst that follows is a server left behind.
  child.stdin.on('error', () => undefined);
  // A pipe to a child is a socket; it must not keep us alive.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child.stdin;
}
