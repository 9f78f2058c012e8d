import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { v7 as uuidv7 } from 'uuid';
import { pathOf } from '../domain/region/region.ts';
import { makeDonors } from './donors.ts';
import { needRecord, REGION_PATH } from './needs.ts';
import type { Row } from './report.ts';
import { quantile, timed } from './stats.ts';
import type { World } from './world.ts';

const CATCH_UP_MS = 180_000;
const DAY_MS = 86_400_000;

/**
 * Suggestions for one donor among all open needs of the country, over HTTP, against an indexed find of 500 candidates
 * behind a raw HTTP server. Fifty donors in turns, each with a history of his own: nobody's answer is remembered.
 */
export async function suggestions(world: World, size: { needs: number; reads: number }): Promise<Row[]> {
  const { models, reference, config, db } = world;
  const categories = reference.categories.all.filter(({ leaf }) => leaf).map(({ id }) => id);
  await addNeeds(world, size.needs, categories);
  const donors = await makeDonors(world, 50, '330106');
  await models.donors.donors.insertMany(
    donors.map(({ id }, i) => ({
      ...{ _id: id, holds: 0, received: 4, lapsed: 0, failed: 0, gaveFen: 48_000 },
      gave: { [categories[i % categories.length] ?? '']: 3, [categories[(i + 7) % categories.length] ?? '']: 1 },
    })),
  );
  const lag = await caughtUp(world);
  const child = fork(
    fileURLToPath(new URL('bare/candidates-server.ts', import.meta.url)),
    [config.mongo.uri, db.name],
    { execArgv: ['--import', 'tsx'] },
  );
  const [port] = (await once(child, 'message')) as [number];
  const times = { ours: [] as number[], bare: [] as number[] };
  try {
    for (let i = -20; i < size.reads; i += 1) {
      const donor = donors[(i + 20) % donors.length];
      const category = categories[(i + 20) % categories.length] ?? '';
      const ours = await timed(() => read(`${world.url}/v1/suggestions?limit=20`, donor?.token, 20));
      const bare = await timed(() => read(`http://127.0.0.1:${port}/?category=${category}`, undefined, 20));
      if (i < 0) continue;
      times.ours.push(ours);
      times.bare.push(bare);
    }
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  const [ours, bare] = [quantile(times.ours, 0.5), quantile(times.bare, 0.5)];
  return [
    {
      what: `Suggestions for one donor among ${size.needs.toLocaleString('en')} open needs, p50`,
      ours: `${ours.toFixed(2)} ms`,
      bare: `${bare.toFixed(2)} ms (find of 500 candidates)`,
      ratio: ours / bare,
      spread: `p99 ${quantile(times.ours, 0.99).toFixed(1)} against ${quantile(times.bare, 0.99).toFixed(1)} ms; ${size.reads} of each, in turns`,
      target: { text: '≤ 0.8', met: ours / bare <= 0.8 },
      note: `API ${memoryOf(world)} MiB with all of them in memory, which it had read ${(lag / 1000).toFixed(1)} s after the last insert`,
    },
  ];
}

/** Over all counties, categories and ages; what they are called doesn't matter here, so the words of a few serve all. */
async function addNeeds({ models, reference }: World, count: number, categories: readonly string[]): Promise<void> {
  const counties = reference.regions
    .children(null)
    .flatMap(({ code }) => reference.regions.children(code))
    .flatMap(({ code }) => reference.regions.children(code))
    .map(({ code }) => code);
  // No words to search by: their index would be most of the work of making these.
  const templates = Array.from({ length: 40 }, (_, i) =>
    needRecord(i, { stage: 'published', photos: ['photo'], searchTerms: [] }),
  );
  const now = Date.now();
  for (let from = 0; from < count; from += 2_000) {
    const chunk = Array.from({ length: Math.min(2_000, count - from) }, (_, j) => {
      const i = from + j;
      const county = counties[(i * 7919) % counties.length] ?? '';
      return {
        ...templates[i % templates.length],
        _id: uuidv7(),
        householdId: `bench-suggested-${i}`,
        category: categories[(i * 31) % categories.length] ?? '',
        regionPath: pathOf(`${county}100201`),
        urgency: (['normal', 'normal', 'low', 'urgent'] as const)[i % 4] ?? 'normal',
        publishedAt: new Date(now - ((i * 613) % 30_000) * (DAY_MS / 1000)),
        expiresAt: new Date(now + 10 * DAY_MS),
      };
    });
    await models.needs.needs.insertMany(chunk as never, { ordered: false });
  }
}

/** The last need that was added is open to one township only: who lives there sees it as soon as all are read. */
async function caughtUp(world: World): Promise<number> {
  const [native] = await makeDonors(world, 1, REGION_PATH[4] ?? '');
  const marker = needRecord(1, {
    stage: 'published',
    audience: REGION_PATH[3] ?? '',
    publishedAt: new Date(),
    expiresAt: new Date(Date.now() + DAY_MS),
    urgency: 'urgent',
  });
  await world.models.needs.needs.insertOne(marker);
  const since = performance.now();
  while (performance.now() - since < CATCH_UP_MS) {
    const response = await fetch(`${world.url}/v1/suggestions?limit=50`, {
      headers: { authorization: `Bearer ${native?.token ?? ''}` },
    });
    const text = await response.text();
    if (response.ok && text.includes(marker._id)) return performance.now() - since;
    await sleep(100);
  }
  throw new Error('the API did not hear of all needs');
}

async function read(url: string, token: string | undefined, least: number): Promise<void> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const { items } = (await response.json()) as { items: unknown[] };
  if (items.length < least) throw new Error(`${url}: only ${items.length} rows`);
}

function memoryOf({ apps }: World): number {
  const pid = apps.find(({ name }) => /api/i.test(name))?.pid ?? 0;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
