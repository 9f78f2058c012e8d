import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { JsonObject } from '../domain/kernel/types.ts';

/** A version, or a region's override, that an operator is still working on: what it changes in its base. */
export interface PolicyDraftRecord {
  _id: string;
  rev: number;
  base: string;
  region: string | null;
  values: JsonObject;
  note: string;
  createdBy: string;
  createdAt: Date;
  updatedAt: Date;
  publishedAs: string | null;
}

const schema = new Schema(
  {
    _id: String,
    rev: { type: Number, required: true },
    base: { type: String, required: true },
    region: String,
    values: { type: Schema.Types.Mixed, required: true },
    note: { type: String, required: true },
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    publishedAs: String,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ createdAt: -1, _id: -1 });

export const policyDraftModel = (db: Connection) => db.model('PolicyDraft', schema, 'policyDrafts');

export function policyDraftRepository(db: Connection) {
  policyDraftModel(db);
  const drafts = db.collection<PolicyDraftRecord>('policyDrafts');
  return {
    drafts,
    find: (id: string): Promise<PolicyDraftRecord | null> => drafts.findOne({ _id: id }, { maxTimeMS: 3000 }),
    latest: (limit: number): Promise<PolicyDraftRecord[]> =>
      drafts.find({}, { maxTimeMS: 3000 }).sort({ createdAt: -1, _id: -1 }).limit(limit).toArray(),
    /** null: it was changed or published meanwhile. */
    change: (
      { _id, rev }: Pick<PolicyDraftRecord, '_id' | 'rev'>,
      $set: Partial<Pick<PolicyDraftRecord, 'values' | 'note' | 'updatedAt' | 'publishedAs'>>,
      session?: ClientSession,
    ): Promise<PolicyDraftRecord | null> =>
      drafts.findOneAndUpdate(
        { _id, rev, publishedAs: null },
        { $set, $inc: { rev: 1 } },
        { returnDocument: 'after', ...(session && { session }) },
      ),
  };
}
