import { Schema, type Connection } from 'mongoose';
import type { Actor } from '../domain/kernel/types.ts';

/** Who did or looked at what, in which capacity. Ids and codes only; append-only. */
export interface AuditRecord {
  at: Date;
  /** The route's audit name, e.g. `account.freeze`. */
  action: string;
  accountId: string | null;
  actor: Actor | null;
  /** Path parameters of the route. */
  target: Readonly<Record<string, string>>;
  requestId: string;
  /** HTTP status of the answer; 403 for a refused attempt. */
  status: number;
}

const schema = new Schema<AuditRecord>(
  {
    at: { type: Date, required: true },
    action: { type: String, required: true },
    accountId: String,
    actor: Schema.Types.Mixed,
    target: Schema.Types.Mixed,
    requestId: String,
    status: Number,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ accountId: 1, at: -1 });
schema.index({ action: 1, at: -1 });

export const auditModel = (db: Connection) => db.model<AuditRecord>('Audit', schema, 'audit');

export function auditRepository(db: Connection) {
  auditModel(db);
  const audit = db.collection<AuditRecord>('audit');
  return {
    audit,
    append: async (record: AuditRecord): Promise<void> => {
      await audit.insertOne({ ...record });
    },
    of: (accountId: string, limit: number): Promise<AuditRecord[]> =>
      audit.find({ accountId }, { maxTimeMS: 3000 }).sort({ at: -1 }).limit(limit).toArray(),
  };
}
