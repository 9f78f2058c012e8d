import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { ApplicationStage, Authority } from '../domain/application/types.ts';
import type { Level } from '../domain/kernel/types.ts';

/** Somebody's application for a cadre's office. Who he is stays in his account, under its seal. */
export interface ApplicationRecord {
  _id: string;
  rev: number;
  /** Owned by the case, through the recording. */
  stage: ApplicationStage;
  seq: number;
  stageSince: Date;
  dueAt: Date | null;
  waitingOn: string;
  /** Whose turn it is; null when nobody decides now. */
  reviewLevel: Authority | null;
  decidedBy: { id: string; level: Authority } | null;
  /** Present until the case has ended: an account has one open application at most. */
  open?: true;
  applicantId: string;
  level: Level;
  regionCode: string;
  /** Codes above the office: only who is above it may look, not a colleague of the same place. */
  regionPath: string[];
  regionNames: string[];
  /** In the applicant's own words. */
  statement: string;
  policyVersion: string;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema(
  {
    _id: String,
    rev: { type: Number, required: true },
    stage: { type: String, required: true },
    seq: { type: Number, required: true },
    stageSince: { type: Date, required: true },
    dueAt: Date,
    waitingOn: String,
    reviewLevel: String,
    decidedBy: Schema.Types.Mixed,
    open: Boolean,
    applicantId: { type: String, required: true },
    level: { type: String, required: true },
    regionCode: { type: String, required: true },
    regionPath: [String],
    regionNames: [String],
    statement: String,
    policyVersion: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ applicantId: 1 }, { unique: true, partialFilterExpression: { open: true } });
schema.index({ applicantId: 1, createdAt: -1, _id: -1 });
// Work lists: whose turn it is, in a region.
schema.index({ regionPath: 1, reviewLevel: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { open: true } });

export const applicationModel = (db: Connection) => db.model('Application', schema, 'applications');

export function applicationRepository(db: Connection) {
  applicationModel(db);
  const applications = db.collection<ApplicationRecord>('applications');
  return {
    applications,
    find: (id: string, session?: ClientSession): Promise<ApplicationRecord | null> =>
      applications.findOne({ _id: id }, { maxTimeMS: 3000, ...(session && { session }) }),
  };
}
