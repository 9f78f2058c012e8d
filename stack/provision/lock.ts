import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Whether a process of this machine is alive (also when it belongs to somebody else). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Creates a lock file that names this process; gives the pid of a living holder when there is one already. */
export async function tryLock(path: string): Promise<{ holder?: number }> {
  await mkdir(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    for (;;) {
      // A link appears together with its content, so nobody ever reads an empty lock.
      const made = await link(own, path).then(
        () => true,
        () => false,
      );
      if (made) return {};
      const holder = Number(await readFile(path, 'utf8').catch(() => ''));
      if (holder && holder !== process.pid && isAlive(holder)) return { holder };
      // Left behind by a process that was killed.
      await rm(path, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Runs `work` while no other process holds the lock, waiting for it as long as its holder lives. */
export async function withLock<T>(path: string, onWait: (holder: number) => void, work: () => Promise<T>): Promise<T> {
  let told = false;
  for (;;) {
    const { holder } = await tryLock(path);
    if (!holder) break;
    if (!told) onWait(holder);
    told = true;
    await delay(300);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
