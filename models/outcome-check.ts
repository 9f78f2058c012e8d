import { Schema, type Connection } from 'mongoose';
import type { Level } from '../domain/kernel/types.ts';

/** A second, blind asking of one answered question: what came, and not what was answered. */
export interface OutcomeCheckRecord {
  /** An id of its own, so that it does not lead to the need and its answer. */
  _id: string;
  needId: string;
  question: number;
  regionPath: string[];
  regionNames: string[];
  title: string;
  recipientPublicName: string;
  items: { name: string; unit: string; quantity: number }[];
  publisherId: string;
  householdId: string;
  /** The first answer, who gave it and on which events it stands; shown to nobody who checks. */
  answer: string;
  answeredBy: string;
  /** Who approved the need: their word is what is checked. */
  approverIds: string[];
  levels: Level[];
  status: 'open' | 'done';
  second: string | null;
  text: string | null;
  agreed: boolean | null;
  checkedBy: string | null;
  commandId: string | null;
  checkedAt: Date | null;
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
    question: { type: Number, required: true },
    regionPath: [String],
    regionNames: [String],
    title: String,
    recipientPublicName: String,
    items: Schema.Types.Mixed,
    publisherId: String,
    householdId: String,
    answer: { type: String, required: true },
    answeredBy: { type: String, required: true },
    approverIds: [String],
    levels: [String],
    status: { type: String, required: true },
    second: String,
    text: String,
    agreed: Boolean,
    checkedBy: String,
    commandId: String,
    checkedAt: Date,
    createdAt: { type: Date, required: true },
    dueAt: Date,
    remindAt: Date,
    slept: { type: Schema.Types.Mixed, default: undefined },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ needId: 1, question: 1 }, { unique: true });
schema.index({ regionPath: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { status: 'open' } });
schema.index({ dueAt: 1 }, { name: 'late', partialFilterExpression: { status: 'open' } });
schema.index({ regionPath: 1, status: 1 });

export const outcomeCheckModel = (db: Connection) => db.model('OutcomeCheck', schema, 'outcomeChecks');

export function outcomeCheckRepository(db: Connection) {
  outcomeCheckModel(db);
  return { checks: db.collection<OutcomeCheckRecord>('outcomeChecks') };
}
