import { Schema, type Connection } from 'mongoose';

/** Somebody wants to hear how a need goes on. */
export interface FollowRecord {
  /** `<needId>:<accountId>`: however often he says so, he follows once. */
  _id: string;
  needId: string;
  accountId: string;
  at: Date;
}

const schema = new Schema(
  {
    _id: String,
    needId: { type: String, required: true },
    accountId: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ needId: 1 });
schema.index({ accountId: 1, at: -1, _id: -1 });

export const followModel = (db: Connection) => db.model('Follow', schema, 'follows');

export function followRepository(db: Connection) {
  followModel(db);
  const follows = db.collection<FollowRecord>('follows');
  return {
    follows,
    async follow(needId: string, accountId: string, at: Date): Promise<void> {
      const change = { $setOnInsert: { needId, accountId, at } };
      await follows.updateOne({ _id: `${needId}:${accountId}` }, change, { upsert: true, maxTimeMS: 3000 });
    },
    async leave(needId: string, accountId: string): Promise<void> {
      await follows.deleteOne({ _id: `${needId}:${accountId}` }, { maxTimeMS: 3000 });
    },
    followers: (needId: string): Promise<string[]> => follows.distinct('accountId', { needId }, { maxTimeMS: 5000 }),
  };
}
