import { Schema, type Connection } from 'mongoose';

/**
 * How often a need was shown to somebody: counted in batches by each process, so a crash loses a few seconds' worth.
 * Good enough to see whom nobody sees; never a basis for anything that must be exact.
 */
export interface ImpressionRecord {
  /** The need. */
  _id: string;
  count: number;
  at: Date;
}

const schema = new Schema(
  { _id: String, count: { type: Number, required: true }, at: { type: Date, required: true } },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
// No need is open for so long: what was not shown for this time is over.
schema.index({ at: 1 }, { expireAfterSeconds: 120 * 86_400 });

export const impressionModel = (db: Connection) => db.model('Impression', schema, 'impressions');

export function impressionRepository(db: Connection) {
  impressionModel(db);
  const impressions = db.collection<ImpressionRecord>('impressions');
  return {
    impressions,

    async add(counts: ReadonlyMap<string, number>, at = new Date()): Promise<void> {
      const writes = [...counts].map(([_id, count]) => ({
        updateOne: { filter: { _id }, update: { $inc: { count }, $set: { at } }, upsert: true },
      }));
      if (writes.length > 0) await impressions.bulkWrite(writes, { ordered: false });
    },

    async of(needIds: readonly string[]): Promise<Map<string, number>> {
      const found = await impressions.find({ _id: { $in: [...needIds] } }, { maxTimeMS: 5000 }).toArray();
      return new Map(found.map(({ _id, count }) => [_id, count]));
    },
  };
}
