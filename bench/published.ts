import { readdirSync, readFileSync } from 'node:fs';
import { pathOf } from '../domain/region/region.ts';
import { searchTerms } from '../domain/search/terms.ts';
import { tokenizer } from '../infra/search.ts';
import type { NeedRecord } from '../models/need.ts';
import { needRecord } from './needs.ts';
import type { World } from './world.ts';

const CHUNK = 1_000;
const published = new WeakMap<World, number>();

type Sample = Pick<NeedRecord, 'title' | 'lines'>;

/** Published needs that everybody sees, at least so many: what data/needs asks for, in all villages of data/regions. */
export async function publishNeeds(world: World, upTo: number): Promise<void> {
  const samples = linesOf('../data/needs/', 'jsonl').map((text) => JSON.parse(text) as Sample);
  const villages = linesOf('../data/regions/villages/', 'csv')
    .map((row) => row.split(',')[0] ?? '')
    .filter((code) => /^\d{12}$/.test(code));
  for (let from = published.get(world) ?? 0; from < upTo; from += CHUNK) {
    const chunk = Array.from({ length: Math.min(CHUNK, upTo - from) }, (_, k) => {
      const i = from + k;
      // Strides without a common factor: every request meets every village in time.
      const sample = samples[(i * 7_919) % samples.length];
      if (sample === undefined) throw new Error('data/needs is empty');
      return publishedNeed(world, i, sample, pathOf(villages[(i * 104_729) % villages.length] ?? ''));
    });
    await world.models.needs.needs.insertMany(chunk, { ordered: false });
    published.set(world, from + chunk.length);
  }
}

function publishedNeed({ reference }: World, i: number, { title, lines }: Sample, regionPath: string[]): NeedRecord {
  const regionNames = reference.regions.names(regionPath);
  const placeNames = regionNames.filter((name) => name !== '');
  return needRecord(i, {
    stage: 'published',
    publishedAt: new Date(Date.UTC(2026, 0, 1) + i * 1_000),
    expiresAt: new Date(Date.UTC(2027, 0, 1)),
    photos: ['photo'],
    title,
    lines: lines.map((line, l) => ({ ...line, id: `line-${l}`, free: line.quantity, held: 0, sent: 0, received: 0 })),
    regionPath,
    regionNames,
    searchTerms: searchTerms({ title, itemNames: lines.map(({ name }) => name), placeNames }, tokenizer),
  });
}

const folder = (path: string): URL => new URL(path, import.meta.url);

const linesOf = (path: string, ending: string): string[] =>
  readdirSync(folder(path))
    .filter((name) => name.endsWith(`.${ending}`))
    .sort()
    .flatMap((name) =>
      readFileSync(new URL(name, folder(path)), 'utf8')
        .trim()
        .split('\n'),
    );
