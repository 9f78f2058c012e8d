import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { publishNeeds } from './published.ts';
import type { Row } from './report.ts';
import { quantile, timed } from './stats.ts';
import type { World } from './world.ts';

const PAGE = 20;
const DEEP = 1_000;

/** The public list at its first page and at page 1,000, over HTTP, against the same query on the native driver. */
export async function lists(world: World, size: { needs: number; reads: number }): Promise<Row[]> {
  const { needs } = world.models.needs;
  await publishNeeds(world, size.needs);
  const child = fork(
    fileURLToPath(new URL('bare/list-server.ts', import.meta.url)),
    [world.config.mongo.uri, world.db.name],
    { execArgv: ['--import', 'tsx'] },
  );
  const [port] = (await once(child, 'message')) as [number];
  const pages = Math.min(DEEP, Math.floor(size.needs / PAGE) - 1);
  const deepNeed = await needs
    .find({ stage: { $in: ['published', 'matched'] } })
    .sort({ publishedAt: -1, _id: -1 })
    .skip((pages - 1) * PAGE - 1)
    .limit(1)
    .next();
  const cursor = await walkTo(world.url, pages);
  const after = `${deepNeed?.publishedAt?.getTime() ?? 0},${deepNeed?._id ?? ''}`;
  const urls = {
    first: [`${world.url}/v1/needs?limit=${PAGE}`, `http://127.0.0.1:${port}/`],
    deep: [`${world.url}/v1/needs?limit=${PAGE}&cursor=${cursor}`, `http://127.0.0.1:${port}/?after=${after}`],
  } as const;
  const first = await compare(urls.first, size.reads);
  const deep = await compare(urls.deep, size.reads);
  child.kill('SIGTERM');
  await once(child, 'exit');
  const own = deep.ours / first.ours;
  return [
    row(`Public list, page 1 of ${size.needs.toLocaleString('en')} needs, p50`, first, size.reads),
    row(`Public list, page ${pages.toLocaleString('en')}, p50`, deep, size.reads),
    {
      what: `Page ${pages.toLocaleString('en')} against page 1, p50`,
      ours: `${deep.ours.toFixed(2)} ms`,
      bare: `${first.ours.toFixed(2)} ms (ours, page 1)`,
      ratio: own,
      spread: `${size.reads} reads of each`,
      target: { text: '≤ 1.3', met: own <= 1.3 },
    },
  ];
}

interface Compared {
  readonly ours: number;
  readonly bare: number;
  readonly p99: readonly [number, number];
}

async function compare([ours, bare]: readonly [string, string], reads: number): Promise<Compared> {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let i = -20; i < reads; i += 1) {
    const mine = await timed(() => read(ours));
    const other = await timed(() => read(bare));
    if (i < 0) continue;
    times.ours.push(mine);
    times.bare.push(other);
  }
  return {
    ours: quantile(times.ours, 0.5),
    bare: quantile(times.bare, 0.5),
    p99: [quantile(times.ours, 0.99), quantile(times.bare, 0.99)],
  };
}

async function read(url: string): Promise<{ next: string | null }> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as { next: string | null };
}

/** The cursor of a page, reached as a reader reaches it: page by page (in larger steps, which is the same list). */
async function walkTo(url: string, page: number): Promise<string> {
  let cursor: string | null = null;
  let left = (page - 1) * PAGE;
  while (left > 0) {
    const limit = Math.min(100, left);
    const { next } = await read(`${url}/v1/needs?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`);
    if (next === null) throw new Error('the list ended early');
    cursor = next;
    left -= limit;
  }
  return cursor ?? '';
}

const row = (what: string, { ours, bare, p99 }: Compared, reads: number): Row => ({
  what,
  ours: `${ours.toFixed(2)} ms`,
  bare: `${bare.toFixed(2)} ms`,
  ratio: ours / bare,
  spread: `p99 ${p99[0].toFixed(1)} against ${p99[1].toFixed(1)} ms; ${reads} of each, in turns`,
  target: { text: '≤ 1.6', met: ours / bare <= 1.6 },
});
