import { termsFor } from '../api/routes/need/content.ts';
import { TERMS_VERSION } from '../domain/search/terms.ts';
import type { Reference } from '../infra/reference.ts';
import type { Models } from '../models/index.ts';
import type { NeedContent, NeedRecord } from '../models/need.ts';

const SETTING = 'searchTerms';
const CHUNK = 500;

/** Makes the search terms of all needs and revisions anew when they were made in an older way. Safe to repeat. */
export async function renewSearchTerms(models: Models, reference: () => Reference): Promise<void> {
  if ((await models.settings.get(SETTING)) === TERMS_VERSION) return;
  const { needs } = models.needs;
  const { revisions } = models.revisions;
  const deps = { reference: reference() };
  const words = { title: 1, category: 1, lines: 1 } as const;
  type Words = Pick<NeedContent, 'title' | 'category' | 'lines'> & { _id: string };

  const change = (record: Words, regionNames: readonly string[]) => ({
    updateOne: {
      filter: { _id: record._id },
      update: { $set: { searchTerms: termsFor(deps, record, regionNames) } },
    },
  });
  await inChunks(
    needs.find({}, { projection: { ...words, regionNames: 1 } }).map((need) => change(need, need.regionNames)),
    (chunk) => needs.bulkWrite(chunk, { ordered: false }),
  );
  const ofTheirNeed = revisions.aggregate<Words & { need: Pick<NeedRecord, 'regionNames'>[] }>([
    { $lookup: { from: 'needs', localField: 'needId', foreignField: '_id', as: 'need' } },
    { $project: { ...words, 'need.regionNames': 1 } },
  ]);
  await inChunks(
    ofTheirNeed.map((revision) => change(revision, revision.need[0]?.regionNames ?? [])),
    (chunk) => revisions.bulkWrite(chunk, { ordered: false }),
  );
  await models.settings.set(SETTING, TERMS_VERSION);
}

export async function inChunks<T>(all: AsyncIterable<T>, write: (chunk: T[]) => Promise<unknown>): Promise<void> {
  let chunk: T[] = [];
  for await (const one of all) {
    if (chunk.push(one) < CHUNK) continue;
    await write(chunk);
    chunk = [];
  }
  if (chunk.length > 0) await write(chunk);
}
