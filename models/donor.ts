import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { DonorCounts } from '../domain/pledge/reliability.ts';

/** What a donor holds now and how his pledges ended: one record per donor, written with each of his pledges. */
export interface DonorRecord extends DonorCounts {
  /** The account. */
  _id: string;
  /** Pledges that he holds or waits for; bounded by his quota. */
  holds: number;
  received: number;
  lapsed: number;
  failed: number;
  /** What he gave and what came: pledges by category, and the value of them all. */
  gave?: Record<string, number>;
  gaveFen?: number;
}

const schema = new Schema(
  {
    _id: String,
    holds: { type: Number, required: true },
    received: { type: Number, required: true },
    lapsed: { type: Number, required: true },
    failed: { type: Number, required: true },
    gave: Schema.Types.Mixed,
    gaveFen: Number,
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
// Who gave the like of what is needed; written when a gift was received, not when it is claimed.
schema.index({ 'gave.$**': 1 });

export const donorModel = (db: Connection) => db.model('Donor', schema, 'donors');

type DonorChange = Partial<Omit<DonorRecord, '_id' | 'gave'>> & { readonly [gave: `gave.${string}`]: number };

const NOTHING = { holds: 0, received: 0, lapsed: 0, failed: 0 } as const;

export function donorRepository(db: Connection) {
  donorModel(db);
  const donors = db.collection<DonorRecord>('donors');
  return {
    donors,
    async find(id: string): Promise<DonorRecord> {
      return (await donors.findOne({ _id: id }, { maxTimeMS: 3000 })) ?? { _id: id, ...NOTHING };
    },

    async ofMany(ids: readonly string[], session?: ClientSession): Promise<Map<string, DonorRecord>> {
      const options = { maxTimeMS: 3000, ...(session && { session }) };
      const found = await donors.find({ _id: { $in: [...ids] } }, options).toArray();
      return new Map(found.map((record) => [record._id, record]));
    },

    /** The same for many donors at once. */
    async addToMany(ids: readonly string[], change: DonorChange, session: ClientSession): Promise<void> {
      const update = { $inc: { ...NOTHING, ...change } };
      const writes = ids.map((_id) => ({ updateOne: { filter: { _id }, update, upsert: true } }));
      await donors.bulkWrite(writes, { session, ordered: false });
    },

    /** Adds to his counts within a transaction. @returns the record after it: two of one donor never see the same */
    async add(id: string, change: DonorChange, session: ClientSession): Promise<DonorRecord> {
      const after = await donors.findOneAndUpdate(
        { _id: id },
        { $inc: { ...NOTHING, ...change } },
        { upsert: true, returnDocument: 'after', session, maxTimeMS: 3000 },
      );
      return after ?? { _id: id, ...NOTHING };
    },
  };
}
