import type { Filter } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../domain/kernel/types.ts';
import { together } from './together.ts';

/** Who did or looked at what, in which capacity. Ids and codes only; append-only. */
export interface AuditRecord {
  /** UUIDv7; records of old have an ObjectId. */
  _id: string;
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
  /** Whose data was shown: `account:<id>`, `household:<id>`; with the reason. */
  persons?: string[];
  purpose?: string;
}

const schema = new Schema<AuditRecord>(
  {
    _id: String,
    at: { type: Date, required: true },
    action: { type: String, required: true },
    accountId: String,
    actor: Schema.Types.Mixed,
    target: Schema.Types.Mixed,
    requestId: String,
    status: Number,
    persons: { type: [String], default: undefined },
    purpose: String,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
// Each search begins with one of these, or with the time alone.
schema.index({ at: -1, _id: -1 });
schema.index({ accountId: 1, at: -1, _id: -1 });
schema.index({ action: 1, at: -1, _id: -1 });
schema.index({ persons: 1, at: -1, _id: -1 }, { partialFilterExpression: { persons: { $exists: true } } });

export const auditModel = (db: Connection) => db.model<AuditRecord>('Audit', schema, 'audit');

/** Any part may be left out. */
export interface AuditSearch {
  readonly persons?: readonly string[];
  readonly accountId?: string;
  readonly notAccountId?: string;
  readonly action?: string;
  readonly from?: Date;
  readonly to?: Date;
  /** Keyset condition of the page (api/cursor.ts). */
  readonly after: Record<string, unknown>;
  readonly limit: number;
}

export function auditRepository(db: Connection) {
  auditModel(db);
  const audit = db.collection<AuditRecord>('audit');
  return {
    audit,
    append: together<Omit<AuditRecord, '_id'>, void>(async (records) => {
      await audit.insertMany(records.map((record) => ({ _id: uuidv7(), ...record })));
      return [];
    }),
    /** Newest first. */
    search({ persons, accountId, notAccountId, action, from, to, after, limit }: AuditSearch): Promise<AuditRecord[]> {
      const at = { ...(from && { $gte: from }), ...(to && { $lt: to }) };
      const filters: Filter<AuditRecord>[] = [after];
      if (persons !== undefined) filters.push({ persons: { $in: [...persons] } });
      if (accountId !== undefined) filters.push({ accountId });
      if (notAccountId !== undefined) filters.push({ accountId: { $ne: notAccountId } });
      if (action !== undefined) filters.push({ action });
      if (from !== undefined || to !== undefined) filters.push({ at });
      return audit.find({ $and: filters }, { maxTimeMS: 3000 }).sort({ at: -1, _id: -1 }).limit(limit).toArray();
    },
    of: (accountId: string, limit: number): Promise<AuditRecord[]> =>
      audit.find({ accountId }, { maxTimeMS: 3000 }).sort({ at: -1 }).limit(limit).toArray(),
  };
}
