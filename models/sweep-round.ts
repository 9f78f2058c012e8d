import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from './command.ts';

/** When a step of the sweeper is due next, for all processes together. */
export interface SweepRoundRecord {
  /** Name of the step. */
  _id: string;
  nextAt: Date;
}

const schema = new Schema(
  { _id: String, nextAt: { type: Date, required: true } },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);

export const sweepRoundModel = (db: Connection) => db.model('SweepRound', schema, 'sweepRounds');

export function sweepRoundRepository(db: Connection) {
  sweepRoundModel(db);
  const rounds = db.collection<SweepRoundRecord>('sweepRounds');
  return {
    rounds,

    /**
     * Takes the step's next round, for one caller of all processes. MongoDB's clock decides.
     * @param lateMs take it only when it is overdue by this much (negative: already this much before its time)
     */
    async take(step: string, everyMs: number, lateMs = 0): Promise<boolean> {
      const nextAt = { $add: ['$$NOW', everyMs] };
      const due = { $expr: { $lte: [{ $add: ['$nextAt', lateMs] }, '$$NOW'] } };
      const limit = { maxTimeMS: 3000 };
      const taken = await rounds.updateOne({ _id: step, ...due }, [{ $set: { nextAt } }], limit);
      if (taken.matchedCount === 1) return true;
      try {
        const first = { _id: step, nextAt: { $exists: false } };
        const made = await rounds.updateOne(first, [{ $set: { nextAt } }], { ...limit, upsert: true });
        return made.upsertedCount === 1;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
  };
}
