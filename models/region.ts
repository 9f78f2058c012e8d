import { Schema, type Connection } from 'mongoose';
import type { Level } from '../domain/region/region.ts';

/** A region as the register keeps it; see infra/region-rows.ts for the fields' meaning. Codes are never reused. */
export interface RegionRecord {
  _id: string;
  name: string;
  fullName: string;
  level: Level;
  parent: string | null;
  path: readonly string[];
  placeholder: boolean;
  validFrom: string | null;
  validTo: string | null;
  predecessors: readonly string[];
}

const schema = new Schema(
  {
    _id: String,
    name: { type: String, required: true },
    fullName: { type: String, required: true },
    level: { type: String, required: true },
    parent: String,
    path: [String],
    placeholder: { type: Boolean, required: true },
    validFrom: String,
    validTo: String,
    predecessors: [String],
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ parent: 1, _id: 1 });
schema.index({ path: 1 });

export const regionModel = (db: Connection) => db.model('Region', schema, 'regions');

const BATCH = 2000;

export function regionRepository(db: Connection) {
  regionModel(db);
  const regions = db.collection<RegionRecord>('regions');
  return {
    regions,
    find: (code: string): Promise<RegionRecord | null> => regions.findOne({ _id: code }, { maxTimeMS: 3000 }),
    children: (code: string | null): Promise<RegionRecord[]> =>
      regions.find({ parent: code, validTo: null }, { maxTimeMS: 3000 }).sort({ _id: 1 }).toArray(),
    count: (): Promise<number> => regions.estimatedDocumentCount({ maxTimeMS: 3000 }),

    /** Adds and replaces regions; those that are not in the batch stay as they are. Returns how many came. */
    async upsert(rows: AsyncIterable<RegionRecord> | Iterable<RegionRecord>): Promise<number> {
      let batch: RegionRecord[] = [];
      let total = 0;
      const flush = async (): Promise<void> => {
        if (batch.length === 0) return;
        total += batch.length;
        const writes = batch.map((row) => ({
          replaceOne: { filter: { _id: row._id }, replacement: row, upsert: true },
        }));
        batch = [];
        await regions.bulkWrite(writes, { ordered: false });
      };
      for await (const row of rows) {
        batch.push(row);
        if (batch.length >= BATCH) await flush();
      }
      await flush();
      return total;
    },
  };
}
