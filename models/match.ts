import { Schema, type Connection } from 'mongoose';
import type { Reason } from '../domain/matching/types.ts';

/** What became of one need that a match looked at. */
export interface MatchResult {
  needId: string;
  outcome: MatchOutcome;
  units: number;
  pledgeId: string | null;
  /** Codes, the weightiest first. Old matches have kept the words as well. */
  reasons: { code: string; number?: number; text?: string }[];
}

/**
 * `proposed`: units are held, the donor is asked. `lost`: somebody else was quicker. `gone`: it is not open any more, or
 * not for him. `own`: of his own household. `usedUp`: the offer has nothing left.
 */
export type MatchOutcome = 'proposed' | 'lost' | 'gone' | 'own' | 'usedUp';

/** A donor asked for needs that fit his offer. */
export interface MatchRecord {
  _id: string;
  offerId: string;
  donorId: string;
  stage: 'asked' | 'running' | 'done';
  /** Present until it is done: an offer has one match at a time. */
  active?: true;
  /** Needs that fit, the best first. */
  found: string[];
  /** Why each of them stands where it stands. */
  why?: { [needId: string]: Reason[] };
  results: MatchResult[];
  createdAt: Date;
  finishedAt: Date | null;
}

/** A need in its place. */
export interface Ranked {
  readonly needId: string;
  readonly reasons: readonly Reason[];
}

const schema = new Schema(
  {
    _id: String,
    offerId: { type: String, required: true },
    donorId: { type: String, required: true },
    stage: { type: String, required: true },
    active: Boolean,
    found: [String],
    why: Schema.Types.Mixed,
    results: Schema.Types.Mixed,
    createdAt: { type: Date, required: true },
    finishedAt: Date,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ offerId: 1 }, { unique: true, partialFilterExpression: { active: true } });
schema.index({ offerId: 1, createdAt: -1, _id: -1 });
schema.index({ donorId: 1 });

export const matchModel = (db: Connection) => db.model('Match', schema, 'matches');

export function matchRepository(db: Connection) {
  matchModel(db);
  const matches = db.collection<MatchRecord>('matches');
  return {
    matches,
    find: (id: string): Promise<MatchRecord | null> => matches.findOne({ _id: id }, { maxTimeMS: 3000 }),

    /** What it will look at. Written once: a repeated search keeps what the first one found. */
    async begin(id: string, ranked: readonly Ranked[]): Promise<readonly string[]> {
      const found = ranked.map(({ needId }) => needId);
      const why = Object.fromEntries(ranked.map(({ needId, reasons }) => [needId, [...reasons]]));
      const change = { $set: { stage: 'running' as const, found, why } };
      await matches.updateOne({ _id: id, stage: 'asked' }, change, { maxTimeMS: 3000 });
      return (await matches.findOne({ _id: id }, { maxTimeMS: 3000 }))?.found ?? [];
    },

    /** One result per need, however often it is written. */
    async add(id: string, result: MatchResult): Promise<void> {
      await matches.updateOne(
        { _id: id, 'results.needId': { $ne: result.needId } },
        { $push: { results: result } },
        { maxTimeMS: 3000 },
      );
    },

    async finish(id: string): Promise<void> {
      const change = { $set: { stage: 'done' as const, finishedAt: new Date() }, $unset: { active: '' as const } };
      await matches.updateOne({ _id: id, active: true }, change, { maxTimeMS: 3000 });
    },
  };
}
