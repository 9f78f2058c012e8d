import { Schema, type ClientSession, type Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import type { FindingStage } from '../domain/finding/types.ts';
import { withText } from './partial-index.ts';

/** Something the operators should look at. One per kind and case, however often it is found. */
export const FINDING_KINDS = [
  'oldCase',
  'lostWorkflow',
  'lostRecord',
  'recordConflict',
  'brokenCheckpoint',
  'smsFailed',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface FindingRecord {
  /** `<kind>:<caseType>:<caseId>` */
  _id: string;
  kind: string;
  caseType: string;
  caseId: string;
  /** Codes and numbers, for the operator's eye. */
  detail: string;
  regionPath: string[];
  foundAt: Date;
  seenAt: Date;
  times: number;
  /** Set when the sweeper finds it no longer; null again when it is back. */
  resolvedAt: Date | null;
  /** Its case (`finding:<findingId>`), and what that says of it. `draft`: the case is about to begin. */
  findingId: string;
  rev: number;
  seq: number;
  stage: FindingStage;
  ownerId: string | null;
  outcome: string | null;
  quietUntil: Date | null;
  dueAt: Date | null;
}

const schema = new Schema(
  {
    _id: String,
    kind: { type: String, required: true },
    caseType: { type: String, required: true },
    caseId: { type: String, required: true },
    detail: String,
    regionPath: [String],
    foundAt: { type: Date, required: true },
    seenAt: { type: Date, required: true },
    times: { type: Number, required: true },
    resolvedAt: Date,
    findingId: String,
    rev: Number,
    seq: Number,
    stage: String,
    ownerId: String,
    outcome: String,
    quietUntil: Date,
    dueAt: Date,
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ findingId: 1 }, { unique: true, ...withText('findingId') });
// Operators' lists: the oldest first, of all, of an owner or of a kind.
schema.index({ stage: 1, foundAt: 1, _id: 1 });
schema.index({ ownerId: 1, stage: 1, foundAt: 1, _id: 1 });
schema.index({ resolvedAt: 1, kind: 1, seenAt: 1, _id: 1 });

export const findingModel = (db: Connection) => db.model('Finding', schema, 'findings');

export interface NewFinding {
  readonly kind: string;
  readonly caseType: string;
  readonly caseId: string;
  readonly detail: string;
  readonly regionPath?: readonly string[];
}

export function findingRepository(db: Connection) {
  findingModel(db);
  const findings = db.collection<FindingRecord>('findings');
  return {
    findings,

    /** Reports it, or notes that it is still there. @returns true when it is new or has come back */
    async report({ kind, caseType, caseId, detail, regionPath = [] }: NewFinding, now = new Date()): Promise<boolean> {
      const before = await findings.findOneAndUpdate(
        { _id: `${kind}:${caseType}:${caseId}` },
        {
          $set: { kind, caseType, caseId, detail, regionPath: [...regionPath], seenAt: now, resolvedAt: null },
          $setOnInsert: {
            ...{ foundAt: now, findingId: uuidv7(), rev: 0, seq: 0, stage: 'draft' },
            ...{ ownerId: null, outcome: null, quietUntil: null, dueAt: null },
          },
          $inc: { times: 1 },
        },
        { upsert: true, returnDocument: 'before', maxTimeMS: 3000 },
      );
      return before === null || before.resolvedAt !== null;
    },

    find: (id: string): Promise<FindingRecord | null> => findings.findOne({ _id: id }, { maxTimeMS: 3000 }),
    findCase: (findingId: string): Promise<FindingRecord | null> =>
      findings.findOne({ findingId }, { maxTimeMS: 3000 }),

    /** A closed one that is found anew gets a new case; so does one from before findings were cases. */
    async renew({ _id, findingId }: Pick<FindingRecord, '_id' | 'findingId'>, now = new Date()): Promise<void> {
      const fresh = { findingId: uuidv7(), stage: 'draft' as const, seq: 0, rev: 0, ownerId: null, outcome: null };
      const $set = { ...fresh, quietUntil: null, dueAt: null, foundAt: now };
      await findings.updateOne({ _id, findingId: findingId ?? { $exists: false } }, { $set }, { maxTimeMS: 3000 });
    },

    /** What its case says of it. */
    project: async (
      findingId: string,
      change: Partial<Pick<FindingRecord, 'seq' | 'stage' | 'ownerId' | 'outcome' | 'quietUntil' | 'dueAt'>>,
      session: ClientSession,
    ): Promise<void> => {
      await findings.updateOne({ findingId }, { $set: change, $inc: { rev: 1 } }, { session });
    },

    /** Open findings of a kind, those not seen for longest first. */
    open: (kind: string, limit: number): Promise<FindingRecord[]> =>
      findings.find({ resolvedAt: null, kind }).sort({ seenAt: 1, _id: 1 }).limit(limit).maxTimeMS(3000).toArray(),

    /** Notes that it was looked at and is still there. */
    async touch(id: string, now = new Date()): Promise<void> {
      await findings.updateOne({ _id: id }, { $set: { seenAt: now } }, { maxTimeMS: 3000 });
    },

    async resolve(ids: readonly string[], now = new Date()): Promise<void> {
      if (ids.length === 0) return;
      await findings.updateMany({ _id: { $in: [...ids] }, resolvedAt: null }, { $set: { resolvedAt: now } });
    },

    /** How many are open, by kind. */
    async count(): Promise<Record<string, number>> {
      const rows = await findings
        .aggregate<{ _id: string; n: number }>([
          { $match: { resolvedAt: null } },
          { $group: { _id: '$kind', n: { $sum: 1 } } },
        ])
        .maxTimeMS(3000)
        .toArray();
      return Object.fromEntries(rows.map(({ _id, n }) => [_id, n]));
    },

    /** How many nobody has settled, by kind and stage. */
    async openCounts(): Promise<{ kind: string; stage: string; n: number }[]> {
      return findings
        .aggregate<{ kind: string; stage: string; n: number }>([
          { $match: { stage: { $in: ['draft', 'open', 'taken', 'parked'] } } },
          { $group: { _id: { kind: '$kind', stage: '$stage' }, n: { $sum: 1 } } },
          { $project: { _id: 0, kind: '$_id.kind', stage: '$_id.stage', n: 1 } },
        ])
        .maxTimeMS(3000)
        .toArray();
    },
  };
}
