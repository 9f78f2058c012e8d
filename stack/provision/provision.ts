import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf, UserFacingError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import { isExecutable, onPath } from './command.ts';
import { withLock } from '../../scripts/lib/lock.mjs';

/** One way to get a program; `fetch` writes the finished executable to `target`, working in `scratch`. */
export interface Source {
  label: string;
  fetch(target: string, scratch: string, progress: Progress): Promise<void>;
}

/** A program that we need and all the ways to come by it, best first. */
export interface Program {
  title: string;
  /** Environment variable that names a binary. */
  variable: string;
  /** Name on PATH, and whether the one found there will do. */
  command?: { name: string; suits(path: string): Promise<boolean> };
  cacheName: string;
  sources: Source[];
  /** What the user can do when all else failed; completes "… could not be provided: <reasons>." */
  remedy: string;
}

/** Folder of fetched programs, shared by all commands: `BANGFU_CACHE_DIR` or `.bangfu/cache` of this repository. */
export function cacheDir(): string {
  return resolve(process.env['BANGFU_CACHE_DIR'] || join(import.meta.dirname, '..', '..', '.bangfu', 'cache'));
}

/**
 * Path of the program: named by environment → on PATH → cached → fetched from its sources in turn.
 * Several commands may ask at once: one fetches, the others wait for it.
 * @throws UserFacingError when there is no way left.
 */
export async function provision(program: Program, progress: Progress): Promise<string> {
  const named = process.env[program.variable];
  if (named) {
    if (await isExecutable(named)) return named;
    throw new UserFacingError(`${program.variable} names ${named}, which is not an executable file.`);
  }
  const found = program.command ? await onPath(program.command.name) : undefined;
  if (found && (await program.command?.suits(found))) return found;

  const cached = join(cacheDir(), 'bin', program.cacheName);
  if (await isExecutable(cached)) return cached;
  const onWait = (holder: number) =>
    progress(`${program.title}: another command (process ${holder}) fetches it, waiting`);
  return withLock(`${cached}.lock`, onWait, async () => {
    if (!(await isExecutable(cached))) await fetchFromSources(program, cached, progress);
    return cached;
  });
}

async function fetchFromSources(program: Program, target: string, progress: Progress): Promise<void> {
  await mkdir(join(cacheDir(), 'bin'), { recursive: true });
  const reasons: string[] = [];
  for (const source of program.sources) {
    const scratch = await mkdtemp(join(cacheDir(), 'fetch-'));
    try {
      progress(`${program.title}: ${source.label}`);
      const fresh = join(scratch, 'fresh');
      await source.fetch(fresh, scratch, progress);
      await chmod(fresh, 0o755);
      // Only a complete file ever gets the final name.
      await rename(fresh, target);
      progress(`${program.title}: ready`);
      return;
    } catch (error) {
      reasons.push(`${source.label}: ${messageOf(error)}`);
      progress(`${program.title}: that way failed (${messageOf(error)})`);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  throw new UserFacingError(`${program.title} could not be provided (${reasons.join('; ')}). ${program.remedy}`);
}

/** The first dotted version in what a program prints about itself, as numbers. */
export function parseVersion(text: string): [number, number] {
  const match = /(\d+)\.(\d+)/.exec(text);
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
}

export function atLeast(version: [number, number], minimum: [number, number]): boolean {
  return version[0] > minimum[0] || (version[0] === minimum[0] && version[1] >= minimum[1]);
}
