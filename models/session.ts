import { Schema, type Connection } from 'mongoose';
import { byIdTogether } from './together.ts';

/**
 * A login and everything that grew out of it by refreshing (a token family). Refresh tokens are numbered; only the
 * latest number is good, so a copied older one gives the thief away.
 */
export interface SessionRecord {
  _id: string;
  accountId: string;
  /** Number of the refresh token that is good now. */
  generation: number;
  rotatedAt: Date;
  /** Blind index of the device from which he signed in, when it said which. */
  device?: string;
  /** A household's visit without an account (`accountId` is the household): blind index of the phone that got the code. */
  householdPhone?: string;
  /** Opened while his account was frozen: for FROZEN_ROUTES alone, and over when it is let go again. */
  whileFrozen?: true;
  revokedAt: Date | null;
  revokedBecause: string | null;
  createdAt: Date;
  /** When MongoDB deletes the record. */
  expiresAt: Date;
}

const schema = new Schema<SessionRecord>(
  {
    _id: String,
    accountId: { type: String, required: true },
    generation: { type: Number, required: true },
    rotatedAt: { type: Date, required: true },
    device: String,
    householdPhone: String,
    whileFrozen: Boolean,
    revokedAt: Date,
    revokedBecause: String,
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
schema.index({ accountId: 1 });

export const sessionModel = (db: Connection) => db.model<SessionRecord>('Session', schema, 'sessions');

const LIMIT = { maxTimeMS: 3000 };

export function sessionRepository(db: Connection) {
  sessionModel(db);
  const sessions = db.collection<SessionRecord>('sessions');
  return {
    sessions,
    find: byIdTogether((ids) => sessions.find({ _id: { $in: [...ids] } }, LIMIT).toArray()),
    /** The latest sessions of these accounts that know their device. */
    withDevice: (accountIds: readonly string[]): Promise<SessionRecord[]> =>
      sessions
        .find({ accountId: { $in: [...accountIds] }, device: { $exists: true } }, LIMIT)
        .limit(100)
        .toArray(),
    insert: async (record: SessionRecord): Promise<void> => {
      await sessions.insertOne(record);
    },
    /** Moves to the next refresh token; null when `generation` is not the current one or the session has ended. */
    rotate: (id: string, generation: number, now: Date, expiresAt: Date): Promise<SessionRecord | null> =>
      sessions.findOneAndUpdate(
        { _id: id, generation, revokedAt: null, expiresAt: { $gt: now } },
        { $set: { rotatedAt: now, expiresAt }, $inc: { generation: 1 } },
        { ...LIMIT, returnDocument: 'after' },
      ),
    revoke: async (id: string, because: string, now: Date): Promise<void> => {
      const change = { $set: { revokedAt: now, revokedBecause: because } };
      await sessions.updateOne({ _id: id, revokedAt: null }, change, LIMIT);
    },
    revokeAll: async (accountId: string, because: string, now: Date): Promise<void> => {
      const change = { $set: { revokedAt: now, revokedBecause: because } };
      await sessions.updateMany({ accountId, revokedAt: null }, change, LIMIT);
    },
  };
}
