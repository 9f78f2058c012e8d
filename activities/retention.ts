import type { Connection } from 'mongoose';
import { RETENTION } from '../domain/retention/classes.ts';
import type { Ending } from '../domain/retention/types.ts';
import type { RetentionPeriods } from '../infra/retention.ts';
import { whereOf } from '../models/erasure.ts';
import { photoRepository } from '../models/photo.ts';
import { recordingRepository } from '../models/recording.ts';

const DAY = 86_400_000;
const BATCH = 500;
/** Per collection and round: a first run over old data must not hold the sweeper up. */
const ROUNDS = 20;

/** The sweeper's step that ends what has been kept long enough. @returns how many records were deleted or lost their words */
export function createRetentionSweep(db: Connection, { days }: RetentionPeriods) {
  const photos = photoRepository(db);
  const recordings = recordingRepository(db);

  return async function retention(now = new Date()): Promise<number> {
    let ended = 0;
    for (const [collection, { ends = [] }] of Object.entries(RETENTION)) {
      for (const ending of ends) ended += await carryOut(collection, ending, now);
    }
    return ended;
  };

  async function carryOut(collection: string, ending: Ending, now: Date): Promise<number> {
    const { after, since, where = {}, how } = ending;
    const records = db.collection<{ _id: string }>(collection);
    const filter = { ...whereOf(where), [since]: { $lt: new Date(now.getTime() - days[after] * DAY) } };
    let total = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const due = await records
        .find(filter, { projection: { _id: 1 }, maxTimeMS: 10_000 })
        .limit(BATCH)
        .toArray();
      const ids = due.map(({ _id }) => _id);
      if (ids.length === 0) return total;
      if (ending.photos) {
        await photos.releaseOf(ids, now);
        await recordings.releaseOf(ids, now);
      }
      if (how === 'delete') await records.deleteMany({ _id: { $in: ids } });
      else await records.updateMany({ _id: { $in: ids } }, { $set: how.set });
      total += ids.length;
      if (ids.length < BATCH) return total;
    }
    return total;
  }
}
