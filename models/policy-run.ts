import type { UpdateFilter } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { RUN_STATUSES, type RunStatus } from '../contracts/jobs.ts';
import type { Change, WhatIfReport } from '../domain/what-if/index.ts';

/** Work over many cases that an operator asked for: a what-if, or the migration of running cases. */

/** Which cases. */
export interface CaseSelection {
  readonly region: string | null;
  readonly caseTypes: readonly string[];
  readonly startedFrom: Date | null;
  readonly startedBefore: Date | null;
}

export interface WhatIfRequest extends CaseSelection {
  readonly change: Change;
}

export interface MigrationRequest extends CaseSelection {
  /** null: what is in force in the case's region. */
  readonly to: string | null;
  /** Only cases of this version. */
  readonly from: string | null;
  /** Says what would happen and sends nothing. */
  readonly dryRun: boolean;
  readonly reason: string;
  readonly caseIds: readonly string[] | null;
}

export interface MigrationReport {
  cases: number;
  /** They have the version already. */
  unchanged: number;
  /** In a dry run those that would go over. */
  sent: number;
  refused: { [code: string]: number };
  /** What becomes of the next deadline. */
  deadlines: { sooner: number; later: number; same: number };
}

interface RunOf<Kind extends string, Request, Report> {
  _id: string;
  kind: Kind;
  requestedBy: string;
  request: Request;
  report: Report;
  status: RunStatus;
  /** How many cases there were when it began, and how many are done. */
  total: number | null;
  done: number;
  /** The last case that is done: after a crash the run goes on behind it. */
  after: string;
  failure: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}
export type WhatIfRun = RunOf<'whatIf', WhatIfRequest, WhatIfReport>;
export type MigrationRun = RunOf<'migration', MigrationRequest, MigrationReport>;
export type PolicyRunRecord = WhatIfRun | MigrationRun;
export type PolicyRunKind = PolicyRunRecord['kind'];

/** What a migration did with one case. */
export interface MigrationResultRecord {
  /** `<run>:<case>` */
  _id: string;
  runId: string;
  caseType: string;
  caseId: string;
  from: string;
  to: string;
  stage: string;
  dueBefore: Date | null;
  dueAfter: Date | null;
  /** Why it would be refused; null otherwise. */
  refusal: string | null;
  /** The command that was sent; null in a dry run. */
  commandId: string | null;
}

const schema = new Schema(
  {
    _id: String,
    kind: { type: String, required: true },
    requestedBy: { type: String, required: true },
    request: { type: Schema.Types.Mixed, required: true },
    report: { type: Schema.Types.Mixed, required: true },
    status: { type: String, required: true, enum: RUN_STATUSES },
    total: Number,
    done: { type: Number, required: true },
    after: String,
    failure: String,
    createdAt: { type: Date, required: true },
    startedAt: Date,
    finishedAt: Date,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ kind: 1, createdAt: -1, _id: -1 });
schema.index({ createdAt: 1 }, { partialFilterExpression: { finishedAt: null }, name: 'unfinished' });

const resultSchema = new Schema(
  {
    _id: String,
    runId: { type: String, required: true },
    caseType: { type: String, required: true },
    caseId: { type: String, required: true },
    from: { type: String, required: true },
    to: { type: String, required: true },
    stage: { type: String, required: true },
    dueBefore: Date,
    dueAfter: Date,
    refusal: String,
    commandId: String,
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
resultSchema.index({ runId: 1, _id: 1 });

export const policyRunModel = (db: Connection) => db.model('PolicyRun', schema, 'policyRuns');
export const migrationResultModel = (db: Connection) => db.model('MigrationResult', resultSchema, 'migrationResults');

type New<R extends PolicyRunRecord> = Pick<R, '_id' | 'kind' | 'requestedBy' | 'request' | 'report' | 'createdAt'>;
export type NewPolicyRun = New<WhatIfRun> | New<MigrationRun>;

interface Progress {
  readonly total?: number;
  readonly done?: number;
  readonly after?: string;
  readonly report?: WhatIfReport | MigrationReport;
}

const OPEN: RunStatus[] = ['queued', 'running'];

export function policyRunRepository(db: Connection) {
  policyRunModel(db);
  migrationResultModel(db);
  const runs = db.collection<PolicyRunRecord>('policyRuns');
  const results = db.collection<MigrationResultRecord>('migrationResults');

  return {
    runs,
    results,
    find: <K extends PolicyRunKind>(kind: K, id: string): Promise<Extract<PolicyRunRecord, { kind: K }> | null> =>
      runs.findOne({ _id: id, kind }, { maxTimeMS: 3000 }) as Promise<Extract<PolicyRunRecord, { kind: K }> | null>,
    of: <K extends PolicyRunKind>(kind: K, limit: number): Promise<Extract<PolicyRunRecord, { kind: K }>[]> =>
      runs.find({ kind }, { maxTimeMS: 3000 }).sort({ createdAt: -1, _id: -1 }).limit(limit).toArray() as Promise<
        Extract<PolicyRunRecord, { kind: K }>[]
      >,
    insert: async (run: NewPolicyRun): Promise<void> => {
      const fresh = { status: 'queued', total: null, done: 0, after: '', failure: null } as const;
      await runs.insertOne({ ...run, ...fresh, startedAt: null, finishedAt: null } as PolicyRunRecord);
    },
    /** null: there is nothing (more) to do. */
    begin: (id: string, now: Date): Promise<PolicyRunRecord | null> =>
      runs.findOneAndUpdate(
        { _id: id, status: { $in: OPEN } },
        [{ $set: { status: 'running', startedAt: { $ifNull: ['$startedAt', now] } } }],
        { returnDocument: 'after' },
      ),
    /** False when somebody has cancelled it. */
    async progress(id: string, change: Progress): Promise<boolean> {
      const update = { $set: change } as UpdateFilter<PolicyRunRecord>;
      return (await runs.updateOne({ _id: id, status: 'running' }, update)).matchedCount === 1;
    },
    async end(id: string, status: 'done' | 'failed' | 'cancelled', failure: string | null = null): Promise<boolean> {
      const $set = { status, failure, finishedAt: new Date() };
      return (await runs.updateOne({ _id: id, status: { $in: OPEN } }, { $set })).matchedCount === 1;
    },
  };
}
