import { Schema, type Connection } from 'mongoose';
import type { Sealed } from '../contracts/sealed.ts';
import type { Blockers } from './erasure.ts';

/** What a person asks about his own data: a copy of it, or its erasure. Ids only, but for the sealed archive. */
export interface DataRequestRecord {
  _id: string;
  kind: 'export' | 'erasure';
  accountId: string;
  /** Included: the household's data too. */
  householdId: string | null;
  /** export: queued → ready → expired, or failed; erasure: waiting → done or cancelled. */
  stage: 'queued' | 'ready' | 'failed' | 'expired' | 'waiting' | 'done' | 'cancelled';
  /** While present, the person has no second one of this kind. */
  open?: true;
  /** An erasure is carried out after this. */
  dueAt: Date | null;
  /** Why the last try did nothing. */
  blockedBy: Blockers | null;
  doneAt: Date | null;
  /** The operator, or `sweeper`. */
  doneBy: string | null;
  archive: Sealed | null;
  createdAt: Date;
}

const schema = new Schema(
  {
    _id: String,
    kind: { type: String, required: true },
    accountId: { type: String, required: true },
    householdId: String,
    stage: { type: String, required: true },
    open: Boolean,
    dueAt: Date,
    blockedBy: Schema.Types.Mixed,
    doneAt: Date,
    doneBy: String,
    archive: Schema.Types.Mixed,
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ accountId: 1, kind: 1 }, { unique: true, partialFilterExpression: { open: true } });
schema.index({ kind: 1, stage: 1, createdAt: 1, _id: 1 });

export const dataRequestModel = (db: Connection) => db.model('DataRequest', schema, 'dataRequests');

/** Where an archive belongs; needed to open it. */
export const archivePlace = (id: string) => ({ collection: 'dataRequests', id, field: 'archive' });

const LIMIT = { maxTimeMS: 3000 };
const BATCH = 50;

export function dataRequestRepository(db: Connection) {
  dataRequestModel(db);
  const requests = db.collection<DataRequestRecord>('dataRequests');
  return {
    requests,
    find: (id: string): Promise<DataRequestRecord | null> => requests.findOne({ _id: id }, LIMIT),
    /** The person's newest of a kind, without the archive. */
    newest: (accountId: string, kind: DataRequestRecord['kind']): Promise<DataRequestRecord | null> =>
      requests.findOne({ accountId, kind }, { ...LIMIT, sort: { createdAt: -1 }, projection: { archive: 0 } }),
    queuedExports: (): Promise<DataRequestRecord[]> =>
      requests.find({ kind: 'export', stage: 'queued' }, LIMIT).sort({ createdAt: 1 }).limit(BATCH).toArray(),
    dueErasures: (now: Date): Promise<DataRequestRecord[]> =>
      requests
        .find({ kind: 'erasure', stage: 'waiting', dueAt: { $lte: now } }, LIMIT)
        .sort({ createdAt: 1 })
        .limit(BATCH)
        .toArray(),
    /** Changes it unless somebody else did so first. @returns false then */
    async move(id: string, from: DataRequestRecord['stage'], change: Partial<DataRequestRecord>): Promise<boolean> {
      const ended = change.stage !== undefined && change.stage !== 'ready' && change.stage !== from;
      const closes = ended || change.stage === 'ready';
      const update = { $set: change, ...(closes && { $unset: { open: '' as const } }) };
      return (await requests.updateOne({ _id: id, stage: from }, update, LIMIT)).modifiedCount > 0;
    },
  };
}
