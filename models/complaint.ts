import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { Authority } from '../domain/reviewed/types.ts';
import type { ComplaintState, ComplaintStage, ComplaintSubject } from '../domain/complaint/types.ts';
import { standingFields, type StandingRecord } from './standing.ts';

/** Sealed under `sealed`: words that may name people. */
export interface ComplaintWords {
  readonly text: string;
}

export interface ComplaintRecord extends StandingRecord<ComplaintStage> {
  /** Whose turn it is; null when nobody handles it now. */
  handlingLevel: Authority | null;
  decidedBy: ComplaintState['decidedBy'];
  objected: boolean;
  /** Present until the case has ended: one open complaint per complainant and subject. */
  open?: true;
  complainantId: string;
  /** The complainant is this household, which has come in without an account. */
  householdId?: string;
  about: ComplaintSubject;
  subjectId: string | null;
  /** What it is about, as the complainant may call it. */
  kind: string;
  accusedIds: string[];
  /** Codes of those regions whose cadres may look at it: from the province down to the level that begins. */
  regionPath: string[];
  regionNames: string[];
  photos: string[];
  /** `Sealed` of infra/crypto over ComplaintWords; null once they are erased. */
  sealed: unknown;
  policyVersion: string;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema(
  {
    ...standingFields,
    handlingLevel: String,
    decidedBy: Schema.Types.Mixed,
    objected: Boolean,
    open: Boolean,
    complainantId: { type: String, required: true },
    householdId: String,
    about: { type: String, required: true },
    subjectId: String,
    kind: { type: String, required: true },
    accusedIds: [String],
    regionPath: [String],
    regionNames: [String],
    photos: [String],
    sealed: Schema.Types.Mixed,
    policyVersion: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ complainantId: 1, about: 1, subjectId: 1 }, { unique: true, partialFilterExpression: { open: true } });
schema.index({ complainantId: 1, createdAt: -1, _id: -1 });
// Work lists: whose turn it is, in a region; operators have no region.
schema.index({ regionPath: 1, handlingLevel: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { open: true } });
schema.index({ handlingLevel: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { open: true } });

export const complaintModel = (db: Connection) => db.model('Complaint', schema, 'complaints');

/** Where its words are sealed. */
export const complaintPlace = (id: string) => ({ collection: 'complaints', id, field: 'sealed' });

export function complaintRepository(db: Connection) {
  complaintModel(db);
  const complaints = db.collection<ComplaintRecord>('complaints');
  return {
    complaints,
    find: (id: string, session?: ClientSession): Promise<ComplaintRecord | null> =>
      complaints.findOne({ _id: id }, { maxTimeMS: 3000, ...(session && { session }) }),
    /** How many an account has made since then. */
    madeSince: (accountId: string, since: Date, session: ClientSession): Promise<number> =>
      complaints.countDocuments(
        { complainantId: accountId, createdAt: { $gte: since } },
        { maxTimeMS: 3000, limit: 1000, session },
      ),
  };
}
