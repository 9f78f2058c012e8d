import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';
import { download } from './download.ts';
import type { Source } from './provision.ts';

/** Takes one program out of an official .tar.gz; `undefined` when there is none for this machine. */
export function archiveSource(url: string | undefined, member: string): Source[] {
  if (!url) return [];
  return [
    {
      label: 'downloading the official build',
      async fetch(target, scratch) {
        const archive = join(scratch, 'archive.tar.gz');
        await download(url, archive);
        await run('tar', ['-xzf', archive, '-C', scratch, member]);
        await rename(join(scratch, member), target);
      },
    },
  ];
}
