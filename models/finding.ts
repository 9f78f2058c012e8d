import { Schema, type Connection } from 'mongoose';

/** Something the operators should look at. One per kind and case, however often it is found. */
export const FINDING_KINDS = ['oldCase', 'lostWorkflow', 'lostRecord', 'recordConflict'] as const;
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
  /** Set when it was gone; a finding that comes back is open again. */
  resolvedAt: Date | null;
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
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
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
          $setOnInsert: { foundAt: now },
          $inc: { times: 1 },
        },
        { upsert: true, returnDocument: 'before', maxTimeMS: 3000 },
      );
      return before === null || before.resolvedAt !== null;
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
  };
}
