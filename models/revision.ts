import { Schema, type ClientSession, type Connection } from 'mongoose';
import { contentFields, type ConsentRecord, type NeedContent, type PayeeRecord } from './need.ts';

/** A proposed new content of a need. Inert until the command that names it (`edit`, `resubmit`) is recorded. */
export interface RevisionRecord extends NeedContent {
  _id: string;
  needId: string;
  searchTerms: string[];
  /** Where it comes with another consent than the need was posted with. */
  consent?: ConsentRecord;
  /** Where it comes with another payee (sealed for its need), or says otherwise what the publisher is to the household. */
  payee?: PayeeRecord | null;
  relation?: string;
  createdBy: string;
  createdAt: Date;
}

const schema = new Schema(
  {
    _id: String,
    needId: { type: String, required: true },
    searchTerms: [String],
    consent: Schema.Types.Mixed,
    payee: Schema.Types.Mixed,
    relation: String,
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
    ...contentFields,
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ needId: 1, createdAt: 1 });
schema.index({ createdBy: 1 });

export const revisionModel = (db: Connection) => db.model('Revision', schema, 'revisions');

export function revisionRepository(db: Connection) {
  revisionModel(db);
  const revisions = db.collection<RevisionRecord>('revisions');
  return {
    revisions,
    find: (id: string, session?: ClientSession): Promise<RevisionRecord | null> =>
      revisions.findOne({ _id: id }, { maxTimeMS: 3000, ...(session && { session }) }),
  };
}
