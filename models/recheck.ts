import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { Level } from '../domain/kernel/types.ts';
import type { ReviewerRecord } from '../domain/need/recheck.ts';
import { contentFields, type NeedContent } from './need.ts';

/** A second, blind review of an approved need: its content as it was approved, not what was decided. */
export interface RecheckRecord extends NeedContent {
  /** An id of its own, so that it does not lead to the need and what was decided. */
  _id: string;
  needId: string;
  regionPath: string[];
  regionNames: string[];
  publisherId: string;
  householdId: string;
  /** Whose decision is checked, and on which level he made it. */
  reviewerId: string;
  level: Level;
  /** Who may carry it out: others of the level and the level above. */
  levels: Level[];
  status: 'open' | 'done';
  decision: 'approve' | 'return' | 'refuse' | null;
  agreed: boolean | null;
  reasonCode: string | null;
  reason: string | null;
  decidedBy: string | null;
  /** Of the request that decided: its repeat finds it done. */
  commandId: string | null;
  decidedAt: Date | null;
  createdAt: Date;
  /** When the level above is asked as well, and when those who are asked are reminded; null: never. */
  dueAt: Date | null;
  remindAt: Date | null;
  /** Levels that let their time pass, as the counters have counted them. */
  slept?: { level: Level; at: Date }[];
}

const schema = new Schema(
  {
    _id: String,
    needId: { type: String, required: true },
    regionPath: [String],
    regionNames: [String],
    publisherId: String,
    householdId: String,
    reviewerId: { type: String, required: true },
    level: String,
    levels: [String],
    status: { type: String, required: true },
    decision: String,
    agreed: Boolean,
    reasonCode: String,
    reason: String,
    decidedBy: String,
    commandId: String,
    decidedAt: Date,
    createdAt: { type: Date, required: true },
    dueAt: Date,
    remindAt: Date,
    slept: { type: Schema.Types.Mixed, default: undefined },
    ...contentFields,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ needId: 1 }, { unique: true });
schema.index({ regionPath: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { status: 'open' } });
schema.index({ dueAt: 1 }, { name: 'late', partialFilterExpression: { status: 'open' } });
schema.index({ regionPath: 1, reviewerId: 1 }, { partialFilterExpression: { status: 'done' } });

/** How a reviewer's decisions stood up to second reviews. */
export interface ReviewerCounts extends ReviewerRecord {
  _id: string;
}
const reviewerSchema = new Schema(
  { _id: String, rechecked: Number, agreed: Number },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);

export const recheckModel = (db: Connection) => db.model('Recheck', schema, 'rechecks');
export const reviewerModel = (db: Connection) => db.model('Reviewer', reviewerSchema, 'reviewers');

export function recheckRepository(db: Connection) {
  recheckModel(db);
  reviewerModel(db);
  const rechecks = db.collection<RecheckRecord>('rechecks');
  const reviewers = db.collection<ReviewerCounts>('reviewers');
  return {
    rechecks,
    reviewers,
    reviewer: async (accountId: string, session?: ClientSession): Promise<ReviewerRecord> =>
      (await reviewers.findOne({ _id: accountId }, { maxTimeMS: 3000, ...(session && { session }) })) ?? {
        rechecked: 0,
        agreed: 0,
      },
    /** Counts one second review, in the transaction that decides it. */
    count: async (accountId: string, agreed: boolean, session: ClientSession): Promise<void> => {
      const $inc = { rechecked: 1, agreed: agreed ? 1 : 0 };
      await reviewers.updateOne({ _id: accountId }, { $inc }, { session, upsert: true });
    },
  };
}
