// Lock files between our commands. Plain JavaScript, because the launchers need it before anything is installed.
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * When the process started, as the kernel counts it: together with the id it tells a holder from a later process that
 * got the same id. Empty where the system does not say, undefined when no such process runs.
 */
function startOf(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return undefined;
  }
  try {
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // A zombie has ended, nobody has asked for its exit code yet.
    return state === 'Z' ? undefined : (fields[18] ?? '');
  } catch {
    return '';
  }
}

/** Process id of the living holder of a lock file, or undefined. */
export async function lockHolder(path) {
  const [pid, start = ''] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
  return pid && startOf(Number(pid)) === start ? Number(pid) : undefined;
}

const heldHere = new Set();
let attempts = 0;

/** Creates a lock file that names this process. Gives the id of the living process that holds it (it may be this one), or undefined. */
export async function tryLock(path) {
  if (heldHere.has(path)) return process.pid;
  await mkdir(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}.${attempts++}`;
  await writeFile(own, `${process.pid} ${startOf(process.pid)}`);
  try {
    for (;;) {
      // A link appears together with its content, so nobody ever reads an empty lock.
      if (await linked(own, path)) {
        heldHere.add(path);
        return undefined;
      }
      const holder = await lockHolder(path);
      if (holder !== undefined) return holder;
      // Left behind by a process that was killed.
      await rm(path, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function linked(from, to) {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

export async function unlock(path) {
  heldHere.delete(path);
  await rm(path, { force: true });
}

/** Runs `work` while no other process holds the lock, waiting for it as long as its holder lives. */
export async function withLock(path, onWait, work) {
  let told = false;
  for (let holder = await tryLock(path); holder !== undefined; holder = await tryLock(path)) {
    if (!told) onWait(holder);
    told = true;
    await delay(300);
  }
  try {
    return await work();
  } finally {
    await unlock(path);
  }
}
