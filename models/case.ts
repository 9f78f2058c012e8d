import type { Filter } from 'mongodb';
import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { CaseState, JsonObject } from '../domain/kernel/types.ts';
import { ANY_TEXT, withText } from './partial-index.ts';

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

/** Digits of a region's code at each place of a path. */
const DEPTHS = [2, 4, 6, 9, 12];

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
schema.index({ regionPath: 1, stageSince: 1, _id: 1 }, withText('parkedReason'));
schema.index({ regionPath: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { terminal: false } });
// The same for the whole country, and the sweeper.
schema.index({ stageSince: 1, _id: 1 }, withText('parkedReason'));
schema.index({ dueAt: 1, _id: 1 }, { partialFilterExpression: { terminal: false } });
schema.index({ reportAfter: 1 }, { partialFilterExpression: { terminal: false } });
// What-ifs and migrations.
schema.index({ caseType: 1, startedAt: 1 });

export const caseModel = (db: Connection) => db.model('Case', schema, 'cases');

/** Parked; past a deadline that nobody acted on; longer in its stage than any rule allows. */
export type StuckKind = 'parked' | 'overdue' | 'stuck';

const SORT_FIELDS = { parked: 'stageSince', overdue: 'dueAt', stuck: 'reportAfter' } as const;

const stuckFilter = (kind: StuckKind, now: Date, reason?: string): Filter<CaseRecord> => {
  if (kind === 'parked') return { parkedReason: reason ?? ANY_TEXT };
  const past = { terminal: false, [SORT_FIELDS[kind]]: { $lt: now } };
  return reason === undefined ? past : { ...past, stage: reason };
};

export interface StuckGroup {
  /** One level below the region asked for. */
  readonly region: string | null;
  readonly caseType: string;
  /** Why it is parked; else the stage in which it stands. */
  readonly reason: string;
  readonly count: number;
  readonly oldest: Date;
}

export interface StuckFilter {
  readonly kind: StuckKind;
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
      const sortField = SORT_FIELDS[filter.kind];
      const { after, regionCode, caseType, reason, now } = filter;
      return cases
        .find({
          ...stuckFilter(filter.kind, now, reason),
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

    /** How many, by the region one level below the one asked for and by reason; the most first. */
    stuckGroups({ kind, now, regionCode }: Pick<StuckFilter, 'kind' | 'now' | 'regionCode'>): Promise<StuckGroup[]> {
      const depth = regionCode === undefined ? 0 : DEPTHS.indexOf(regionCode.length) + 1;
      const region = { $ifNull: [{ $arrayElemAt: ['$regionPath', Math.min(depth, DEPTHS.length - 1)] }, null] };
      const reason = kind === 'parked' ? '$parkedReason' : '$stage';
      const where = regionCode === undefined ? {} : { regionPath: regionCode };
      return cases
        .aggregate<StuckGroup>([
          { $match: { ...stuckFilter(kind, now), ...where } },
          {
            $group: {
              _id: { region, caseType: '$caseType', reason },
              count: { $sum: 1 },
              oldest: { $min: `$${SORT_FIELDS[kind]}` },
            },
          },
          { $sort: { count: -1, _id: 1 } },
          { $limit: 500 },
          {
            $project: {
              ...{ _id: 0, region: '$_id.region', caseType: '$_id.caseType', reason: '$_id.reason' },
              ...{ count: 1, oldest: 1 },
            },
          },
        ])
        .maxTimeMS(5000)
        .toArray();
    },
  };
}
