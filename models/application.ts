import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { RequestStage } from '../domain/reviewed/types.ts';
import type { Level } from '../domain/kernel/types.ts';
import { reviewedFields, type ReviewedRecord } from './reviewed.ts';

/** Somebody's application for a cadre's office; one open at most. Who he is stays in his account, under its seal. */
export interface ApplicationRecord extends ReviewedRecord<RequestStage> {
  applicantId: string;
  level: Level;
  regionCode: string;
  /** Codes above the office: only who is above it may look, not a colleague of the same place. */
  regionPath: string[];
  /** In the applicant's own words. */
  statement: string;
}

const schema = new Schema(
  {
    ...reviewedFields,
    applicantId: { type: String, required: true },
    level: { type: String, required: true },
    regionCode: { type: String, required: true },
    regionPath: [String],
    statement: String,
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
