import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from './command.ts';

/** Where a relay is, and which process runs it. */
export interface RelayStateRecord {
  /** Name of the relay: `events`. */
  _id: string;
  /** The one process that relays, until `leaseUntil` by MongoDB's clock. */
  owner: string;
  leaseUntil: Date;
  /** Resume token of the last change that is safely in the queues. Null: the collection has to be read first. */
  token: unknown;
  /** `recordedAt` of the newest event that is safely in the queues: where to go on when the token is lost. */
  position: Date | null;
  /** The mark that the relay left in Redis; when Redis has another one, it lost its data. */
  mark: string | null;
  savedAt: Date;
}

const schema = new Schema(
  {
    _id: String,
    owner: { type: String, required: true },
    leaseUntil: { type: Date, required: true },
    token: Schema.Types.Mixed,
    position: Date,
    mark: String,
    savedAt: Date,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);

export const relayStateModel = (db: Connection) => db.model('RelayState', schema, 'relayState');

export type RelayPlace = Partial<Pick<RelayStateRecord, 'token' | 'position' | 'mark'>>;

export function relayStateRepository(db: Connection) {
  relayStateModel(db);
  const states = db.collection<RelayStateRecord>('relayState');
  const until = (leaseMs: number) => ({ $add: ['$$NOW', leaseMs] });
  return {
    states,
    find: (name: string): Promise<RelayStateRecord | null> => states.findOne({ _id: name }, { maxTimeMS: 3000 }),

    /** Takes or prolongs the lease; false when another process has it. MongoDB's clock decides, not ours. */
    async lease(name: string, owner: string, leaseMs: number): Promise<boolean> {
      const mine = { $or: [{ owner }, { $expr: { $lt: ['$leaseUntil', '$$NOW'] } }] };
      const taken = await states.updateOne({ _id: name, ...mine }, [{ $set: { owner, leaseUntil: until(leaseMs) } }], {
        maxTimeMS: 3000,
      });
      if (taken.matchedCount === 1) return true;
      const fresh = { token: null, position: null, mark: null, savedAt: '$$NOW' };
      try {
        const made = await states.updateOne(
          { _id: name, owner: { $exists: false } },
          [{ $set: { owner, leaseUntil: until(leaseMs), ...fresh } }],
          { upsert: true, maxTimeMS: 3000 },
        );
        return made.upsertedCount === 1;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    /** Lets the next process begin at once. */
    async release(name: string, owner: string): Promise<void> {
      await states.updateOne({ _id: name, owner }, { $set: { leaseUntil: new Date(0) } }, { maxTimeMS: 3000 });
    },

    /** @returns false when the lease went to another process meanwhile; nothing was written then. */
    async save(name: string, owner: string, place: RelayPlace): Promise<boolean> {
      const saved = await states.updateOne(
        { _id: name, owner },
        { $set: { ...place, savedAt: new Date() } },
        { maxTimeMS: 3000 },
      );
      return saved.matchedCount === 1;
    },
  };
}
