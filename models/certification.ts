import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { Asked } from '../domain/certification/ask.ts';
import type { RequestStage } from '../domain/reviewed/types.ts';
import { reviewedFields, type ReviewedRecord } from './reviewed.ts';

/** Sealed under `sealed`. */
export interface CertificationWords {
  readonly statement: string;
}

/** Somebody asks his township to look at his papers; one open at most. Who he is stays in his account, under its seal. */
export interface CertificationRecord extends ReviewedRecord<RequestStage> {
  applicantId: string;
  /** His household when he asked, by his account or by the register alone: neither its people nor its helper decide. */
  householdId?: string;
  /** Codes from the province down to his township. */
  regionPath: string[];
  /** Of his papers: shown only to those who decide, each time for a purpose. */
  photos: string[];
  /** `Sealed` of infra/crypto over CertificationWords; null once they are erased. */
  sealed: unknown;
}

const schema = new Schema(
  {
    ...reviewedFields,
    applicantId: { type: String, required: true },
    householdId: String,
    regionPath: [String],
    photos: [String],
    sealed: Schema.Types.Mixed,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ applicantId: 1 }, { unique: true, partialFilterExpression: { open: true } });
schema.index({ applicantId: 1, createdAt: -1, _id: -1 });
// Work lists: whose turn it is, in a region or among the operators.
schema.index({ regionPath: 1, reviewLevel: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { open: true } });
schema.index({ reviewLevel: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { open: true } });

export const certificationModel = (db: Connection) => db.model('Certification', schema, 'certifications');

/** Where its words are sealed. */
export const certificationPlace = (id: string) => ({ collection: 'certifications', id, field: 'sealed' });

export function certificationRepository(db: Connection) {
  certificationModel(db);
  const certifications = db.collection<CertificationRecord>('certifications');
  return {
    certifications,
    find: (id: string, session?: ClientSession): Promise<CertificationRecord | null> =>
      certifications.findOne({ _id: id }, { maxTimeMS: 3000, ...(session && { session }) }),
    /** What an account has asked for: what of it is open, and how much was made since then. */
    async askedBy(applicantId: string, since: Date, session?: ClientSession): Promise<Asked> {
      const options = { maxTimeMS: 3000, limit: 1000, ...(session && { session }) };
      const open = await certifications.countDocuments({ applicantId, open: true }, options);
      const lately = await certifications.countDocuments({ applicantId, createdAt: { $gte: since } }, options);
      return { open, lately };
    },
  };
}
