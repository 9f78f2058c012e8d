import { Schema, type ClientSession, type Connection } from 'mongoose';
import { scoreName } from '../domain/score/merits.ts';
import type { ScoreEntry, ScoreKind, ScoreRule } from '../domain/score/types.ts';

/** One line of the ledger of scores. Never changed and never taken away: a correction is a new line. */
export interface ScoreEntryRecord {
  /** Source, rule and score. */
  _id: string;
  /** `donor:<account>` */
  score: string;
  rule: ScoreRule;
  points: number;
  source: string;
  at: Date;
  policyVersion: string;
}

/** The running sum of one score. */
export interface ScoreRecord {
  /** `donor:<account>` */
  _id: string;
  kind: ScoreKind;
  points: number;
  entries: number;
}

const entrySchema = new Schema(
  {
    _id: String,
    score: { type: String, required: true },
    rule: { type: String, required: true },
    points: { type: Number, required: true },
    source: { type: String, required: true },
    at: { type: Date, required: true },
    policyVersion: { type: String, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
entrySchema.index({ score: 1, at: -1, _id: -1 });

const schema = new Schema(
  {
    _id: String,
    kind: { type: String, required: true },
    points: { type: Number, required: true },
    entries: { type: Number, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);

export const scoreEntryModel = (db: Connection) => db.model('ScoreEntry', entrySchema, 'scoreEntries');
export const scoreModel = (db: Connection) => db.model('Score', schema, 'scores');

export function scoreRepository(db: Connection) {
  scoreEntryModel(db);
  scoreModel(db);
  const ledger = db.collection<ScoreEntryRecord>('scoreEntries');
  const scores = db.collection<ScoreRecord>('scores');
  return {
    ledger,
    scores,
    /** Books what is not booked yet, and adds it to the sums, in the caller's transaction: repeats and latecomers count once. */
    async book(entries: readonly ScoreEntry[], session: ClientSession): Promise<void> {
      if (entries.length === 0) return;
      const upserts = entries.map(({ id, subject, at, rule, points, source, policyVersion }) => {
        const line = { score: scoreName(subject), rule, points, source, at: new Date(at), policyVersion };
        return { updateOne: { filter: { _id: id }, update: { $setOnInsert: line }, upsert: true } };
      });
      const { upsertedIds } = await ledger.bulkWrite(upserts, { session, ordered: true });
      const fresh = entries.filter((_, i) => i in upsertedIds);
      const sums = fresh.map(({ subject, points }) => ({
        updateOne: {
          filter: { _id: scoreName(subject) },
          update: { $inc: { points, entries: 1 }, $setOnInsert: { kind: subject.kind } },
          upsert: true,
        },
      }));
      if (sums.length > 0) await scores.bulkWrite(sums, { session, ordered: true });
    },
  };
}
