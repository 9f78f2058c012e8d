import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { normaliseText, readingsOf } from '../domain/search/terms.ts';
import { tokenizer } from '../infra/search.ts';
import { publishNeeds } from './published.ts';
import type { Row } from './report.ts';
import { quantile, timed } from './stats.ts';
import type { World } from './world.ts';

const PAGE = 100;
/** As many are walked through to the last page by every query, before the others come. */
const WALKED = 5_000;

/** What a person may read of a need, to scan without any index. */
interface Told {
  readonly id: string;
  readonly texts: readonly string[];
  readonly initials: readonly (readonly string[])[];
}

/**
 * Searches of the public list by pieces of real requests, of places and by initials. Each is walked to its end and
 * compared with a scan of all texts; its first page is timed against the bare query for the same terms.
 */
export async function searches(world: World, size: { needs: number; queries: number }): Promise<Row[]> {
  await publishNeeds(world, Math.min(WALKED, size.needs));
  const told = await readNeeds(world);
  const queries = queriesOf(told, size.queries);
  const { hits, found, lost } = await recall(world, told, queries);
  await publishNeeds(world, size.needs);
  const child = fork(
    fileURLToPath(new URL('bare/search-server.ts', import.meta.url)),
    [world.config.mongo.uri, world.db.name],
    { execArgv: ['--import', 'tsx'] },
  );
  const [port] = (await once(child, 'message')) as [number];
  const rarestFirst = await world.models.termCounts.order();
  const times = { ours: [] as number[], bare: [] as number[] };
  for (const [i, q] of [...queries.slice(0, 20), ...queries].entries()) {
    const ways = readingsOf(q, tokenizer).map(({ terms }) => rarestFirst(terms));
    const mine = () => timed(() => read(`${world.url}/v1/needs?q=${encodeURIComponent(q)}`));
    const other = () =>
      timed(() => read(`http://127.0.0.1:${port}/?terms=${encodeURIComponent(JSON.stringify(ways))}`));
    // Whoever asks second finds the records warm.
    const pair = i % 2 === 0 ? [await mine(), await other()] : [await other(), await mine()].reverse();
    if (i < 20) continue;
    times.ours.push(pair[0] ?? 0);
    times.bare.push(pair[1] ?? 0);
  }
  child.kill('SIGTERM');
  await once(child, 'exit');
  const [ours, bare] = [quantile(times.ours, 0.5), quantile(times.bare, 0.5)];
  return [
    {
      what: `Search, page 1 of ${size.needs.toLocaleString('en')} needs, p50`,
      ours: `${ours.toFixed(2)} ms`,
      bare: `${bare.toFixed(2)} ms`,
      ratio: ours / bare,
      spread: `p99 ${quantile(times.ours, 0.99).toFixed(1)} against ${quantile(times.bare, 0.99).toFixed(1)} ms; ${queries.length} queries, each once`,
      target: { text: '≤ 1.6', met: ours / bare <= 1.6 },
      note: 'bare asks for the same terms, the rarest first, by the same index',
    },
    {
      what: `Search, recall of ${queries.length.toLocaleString('en')} queries`,
      ours: `${found.toLocaleString('en')} hits`,
      bare: `${hits.toLocaleString('en')} by a scan of all texts`,
      ratio: found / hits,
      spread: `${told.length.toLocaleString('en')} needs, every page of each query${lost.length === 0 ? '' : `; lost: ${lost.slice(0, 3).join(', ')}`}`,
      target: { text: '1.0', met: found === hits },
    },
  ];
}

async function readNeeds({ models }: World): Promise<Told[]> {
  const fields = { title: 1, lines: 1, regionNames: 1 } as const;
  const needs = await models.needs.needs
    .find({ stage: 'published', audience: 'nation' }, { projection: fields })
    .toArray();
  return needs.map(({ _id, title, lines, regionNames }) => {
    const texts = [title, ...lines.map(({ name }) => name), regionNames.join('')].map(normaliseText);
    return { id: _id, texts, initials: texts.map((text) => tokenizer.initials(text)) };
  });
}

/** The same at every run: pieces of 1 to 8 characters, two pieces together, and initials of 2 to 5 characters. */
function queriesOf(told: readonly Told[], count: number): string[] {
  const queries = new Set<string>();
  for (let i = 1; queries.size < count; i += 1) {
    const need = told[(i * 48_271) % told.length];
    if (need === undefined) throw new Error('there is nothing to look for');
    const query = queryFor(need, i);
    if (readingsOf(query, tokenizer).length > 0) queries.add(query);
  }
  return [...queries];
}

function queryFor({ texts, initials }: Told, i: number): string {
  const which = (i * 31) % texts.length;
  const piece = (text = '', length = 1, at = i * 13): string => slice([...text], at, length);
  if (i % 5 === 0) return slice(initials[which]?.map((letters) => letters.slice(-1)) ?? [], i, 2 + (i % 4));
  if (i % 5 === 1) return `${piece(texts[0], 2)} ${piece(texts.at(-1), 3, i * 7)}`;
  return piece(texts[which], 1 + (i % 8));
}

const slice = (characters: readonly string[], at: number, length: number): string => {
  const from = at % Math.max(1, characters.length - length + 1);
  return characters
    .slice(from, from + length)
    .join('')
    .trim();
};

async function recall(world: World, told: readonly Told[], queries: readonly string[]) {
  let [hits, found] = [0, 0];
  const lost: string[] = [];
  for (const query of queries) {
    const expected = scan(told, query);
    const answered = await walk(world.url, query);
    const there = expected.filter((id) => answered.has(id)).length;
    hits += expected.length;
    found += there;
    if (there < expected.length) lost.push(query);
  }
  return { hits, found, lost };
}

/** Every need that has each piece of the query in some text, or spells it. */
function scan(told: readonly Told[], query: string): string[] {
  const pieces = normaliseText(query).split(' ');
  const has = ({ texts, initials }: Told, piece: string): boolean =>
    texts.some((text) => text.includes(piece)) ||
    (/^[a-z]{2,10}$/.test(piece) && initials.some((spelling) => spells(spelling, piece)));
  return told.filter((need) => pieces.every((piece) => has(need, piece))).map(({ id }) => id);
}

const spells = (spelling: readonly string[], letters: string): boolean =>
  spelling.some((_, from) => [...letters].every((letter, i) => spelling[from + i]?.includes(letter) === true));

async function walk(url: string, query: string): Promise<Set<string>> {
  const ids = new Set<string>();
  let cursor: string | null = '';
  while (cursor !== null) {
    const more = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: Awaited<ReturnType<typeof read>> = await read(
      `${url}/v1/needs?limit=${PAGE}&q=${encodeURIComponent(query)}${more}`,
    );
    for (const { id } of page.items) ids.add(id);
    cursor = page.next;
  }
  return ids;
}

async function read(url: string): Promise<{ items: { id: string }[]; next: string | null }> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { items: { id: string }[]; next: string | null };
}
