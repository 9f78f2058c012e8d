import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { CaseState, JsonObject } from '../domain/kernel/types.ts';

/** The engine's own read model, the same for every kind of case. Written by the recording transaction only. */
export interface CaseRecord {
  /** `need:<uuid>`. */
  _id: string;
  caseType: string;
  caseId: string;
  stage: string;
  stageSince: Date;
  /** Sequence number and hash of the newest event: the guard of every write and the head of the hash chain. */
  seq: number;
  hash: string;
  dueAt: Date | null;
  dueCommand: string | null;
  waitingOn: string;
  parkedReason: string | null;
  regionPath: string[];
  category: string | null;
  urgency: number;
  terminal: boolean;
  policyVersion: string;
  state: CaseState;
  seed: JsonObject;
  /** The sweeper reports the case when this has passed and it still stands in the same stage. */
  reportAfter: Date | null;
  startedAt: Date;
  updatedAt: Date;
}

const schema = new Schema(
  {
    _id: String,
    caseType: { type: String, required: true },
    caseId: { type: String, required: true },
    stage: { type: String, required: true },
    stageSince: { type: Date, required: true },
    seq: { type: Number, required: true },
    hash: { type: String, required: true },
    dueAt: Date,
    dueCommand: String,
    waitingOn: { type: String, required: true },
    parkedReason: String,
    regionPath: [String],
    category: String,
    urgency: Number,
    terminal: { type: Boolean, required: true },
    policyVersion: { type: String, required: true },
    state: { type: Schema.Types.Mixed, required: true },
    seed: { type: Schema.Types.Mixed, required: true },
    reportAfter: Date,
    startedAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
// Operator lists: parked and overdue cases by region.
schema.index(
  { regionPath: 1, stageSince: 1, _id: 1 },
  { partialFilterExpression: { parkedReason: { $type: 'string' } } },
);
schema.index({ regionPath: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { terminal: false } });
// The sweeper.
schema.index({ reportAfter: 1 }, { partialFilterExpression: { terminal: false } });

export const caseModel = (db: Connection) => db.model('Case', schema, 'cases');

export interface StuckFilter {
  readonly kind: 'parked' | 'overdue';
  /** The caller's region: part of the query, never a filter afterwards. Undefined for the whole country. */
  readonly regionCode?: string;
  readonly reason?: string;
  readonly caseType?: string;
  readonly now: Date;
  readonly after?: { readonly at: Date; readonly id: string };
  readonly limit: number;
}

export function caseRepository(db: Connection) {
  caseModel(db);
  const cases = db.collection<CaseRecord>('cases');
  return {
    cases,
    find: (caseType: string, caseId: string, session?: ClientSession): Promise<CaseRecord | null> =>
      cases.findOne({ _id: `${caseType}:${caseId}` }, { maxTimeMS: 3000, ...(session && { session }) }),

    /** Parked cases by how long they have been, overdue ones by when they were due; keyset by (time, id). */
    stuck(filter: StuckFilter): Promise<CaseRecord[]> {
      const sortField = filter.kind === 'parked' ? 'stageSince' : 'dueAt';
      const { after, regionCode, caseType, reason, now } = filter;
      return cases
        .find({
          ...(filter.kind === 'parked'
            ? { parkedReason: reason ?? { $type: 'string' } }
            : { terminal: false, dueAt: { $lt: now } }),
          ...(regionCode !== undefined && { regionPath: regionCode }),
          ...(caseType !== undefined && { caseType }),
          ...(after && {
            $or: [{ [sortField]: { $gt: after.at } }, { [sortField]: after.at, _id: { $gt: after.id } }],
          }),
        })
        .sort({ [sortField]: 1, _id: 1 })
        .limit(filter.limit)
        .maxTimeMS(3000)
        .toArray();
    },
  };
}
