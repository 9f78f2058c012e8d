import { Schema, type ClientSession, type Connection } from 'mongoose';
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
  /** In an operator's words: who asked on paper, and why it was carried out early. */
  paper?: string;
  reason?: string;
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
    paper: String,
    reason: String,
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ accountId: 1, kind: 1 }, { unique: true, partialFilterExpression: { open: true } });
schema.index({ kind: 1, stage: 1, createdAt: 1, _id: 1 });
schema.index({ householdId: 1, createdAt: -1 }, { partialFilterExpression: { kind: 'erasure' } });

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
    /** The newest erasure of the person, or of his whole household, whoever asked for it. */
    newestErasure: (accountId: string, householdId: string | null): Promise<DataRequestRecord | null> => {
      const his = householdId === null ? { accountId } : { $or: [{ accountId }, { householdId }] };
      return requests.findOne({ kind: 'erasure', ...his }, { ...LIMIT, sort: { createdAt: -1 } });
    },
    queuedExports: (): Promise<DataRequestRecord[]> =>
      requests.find({ kind: 'export', stage: 'queued' }, LIMIT).sort({ createdAt: 1 }).limit(BATCH).toArray(),
    dueErasures: (now: Date): Promise<DataRequestRecord[]> =>
      requests
        .find({ kind: 'erasure', stage: 'waiting', dueAt: { $lte: now } }, LIMIT)
        .sort({ createdAt: 1 })
        .limit(BATCH)
        .toArray(),
    /** Changes it unless somebody else did so first. @returns false then */
    async move(
      id: string,
      from: DataRequestRecord['stage'],
      change: Partial<DataRequestRecord>,
      session?: ClientSession,
    ): Promise<boolean> {
      const ended = change.stage !== undefined && change.stage !== 'ready' && change.stage !== from;
      const closes = ended || change.stage === 'ready';
      const update = { $set: change, ...(closes && { $unset: { open: '' as const } }) };
      const options = { ...LIMIT, ...(session && { session }) };
      return (await requests.updateOne({ _id: id, stage: from }, update, options)).modifiedCount > 0;
    },
  };
}
