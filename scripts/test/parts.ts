import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './checks.ts';
import { runMocha, testFiles, testFolders } from './mocha.ts';
import type { Result } from './result.ts';

/** The pieces of which `npm test` consists, and the lanes in which they run side by side. */

/** Hears what a piece prints; undefined: it may use the terminal itself. */
export type Output = ((text: string) => void) | undefined;

export interface Part {
  readonly title: string;
  /** It plays with time or kills processes: beside others it would find faults of the machine, not ours. */
  readonly alone: boolean;
  run(env: Record<string, string>, output: Output): Promise<Result>;
}

const ALONE = ['test/e2e', 'test/faults'];
/** A folder with more files is cut into several pieces, so that the lanes end together. */
const FILES_OF_A_PART = 12;
/** Beyond this the servers are what everybody waits for. */
const LANES_AT_MOST = 3;

export async function allParts(root: string): Promise<Part[]> {
  const parts = await Promise.all((await testFolders(root)).map((folder) => partsOf(root, folder)));
  const checks: Part = { title: 'Static checks', alone: false, run: (_env, output) => runChecks(root, output) };
  return [checks, ...parts.flat()];
}

/** A folder or file of tests, in as many pieces as it has files for. */
export async function partsOf(root: string, path: string): Promise<Part[]> {
  const files = await testFiles(join(root, path));
  const alone = ALONE.some((folder) => path.startsWith(folder));
  const count = alone ? 1 : Math.max(1, Math.ceil(files.length / FILES_OF_A_PART));
  return Array.from({ length: count }, (_, i) => {
    const title = count === 1 ? path : `${path} (${i + 1} of ${count})`;
    // Neighbours by name are often alike in length, so each piece takes every so many.
    const own = files.filter((_file, at) => at % count === i);
    return { title, alone, run: (env, output) => runMocha(root, title, own, env, output) };
  });
}

interface Running {
  readonly env: Record<string, string>;
  say(line: string): void;
}

/** Runs the pieces side by side, then one by one those that want the machine for themselves. */
export async function runParts(parts: readonly Part[], { env, say }: Running): Promise<Result[]> {
  const startedAt = Date.now();
  const since = (): string => `${Math.round((Date.now() - startedAt) / 1000)} s since the start`;
  const waiting = parts.filter(({ alone }) => !alone);
  const results: Result[] = [];
  const lanes = Math.min(LANES_AT_MOST, availableParallelism(), waiting.length);
  const lane = async (): Promise<void> => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      const texts: string[] = [];
      const result = await part.run(env, lanes > 1 ? (text) => texts.push(text) : undefined);
      results.push(result);
      say(`\n── ${part.title} (${since()})\n${texts.join('')}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  for (const part of parts.filter(({ alone }) => alone)) {
    say(`\n── ${part.title} (${since()})`);
    results.push(await part.run(env, undefined));
  }
  return results;
}
