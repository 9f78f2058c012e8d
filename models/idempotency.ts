import { MongoBulkWriteError } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { together } from './together.ts';

const DUPLICATE_KEY = 11000;

/** A request that carried an Idempotency-Key: who is handling it, and what was answered. */
export interface IdempotencyRecord {
  /** HMAC of caller, operation, path and key: the caller's own key may hold personal data and is not kept. */
  _id: string;
  /** HMAC of what was asked; the same key with another content is refused. */
  requestHash: string;
  /** Arrival of the first try: later tries derive the same ids from it. */
  startedAt: Date;
  /** While running: until when the holder may take, and which try holds it. */
  leaseUntil: Date;
  lease: string;
  answer?: StoredAnswer;
  /** When MongoDB deletes the record. */
  expiresAt: Date;
}

export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  /** The serialised body, sealed by the API because answers may hold personal data; null when there was none. */
  body: unknown;
}

const schema = new Schema<IdempotencyRecord>(
  {
    _id: String,
    requestHash: { type: String, required: true },
    startedAt: { type: Date, required: true },
    leaseUntil: { type: Date, required: true },
    lease: { type: String, required: true },
    answer: Schema.Types.Mixed,
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const idempotencyModel = (db: Connection) => db.model<IdempotencyRecord>('Idempotency', schema, 'idempotency');

/** Answers are kept for a day: longer than any client retries. */
const KEPT_MS = 24 * 3_600_000;
const LIMIT = { maxTimeMS: 3000 };

export interface BeginRequest {
  readonly id: string;
  readonly requestHash: string;
  /** Unique per try. */
  readonly lease: string;
  readonly leaseMs: number;
  readonly now: Date;
}

export type Begun =
  /** Go on. `startedAt` is that of the first try; `isRepeat`: this is a later one. */
  | { readonly kind: 'mine'; readonly startedAt: Date; readonly isRepeat: boolean }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  | { readonly kind: 'otherRequest' }
  | { readonly kind: 'running'; readonly until: Date };

interface Kept {
  readonly id: string;
  readonly lease: string;
  readonly answer: StoredAnswer;
}

/** Which of a batch were there already; null when something else went wrong. */
function duplicatesIn(error: unknown): Set<number> | null {
  if (!(error instanceof MongoBulkWriteError)) return null;
  const faults = [error.writeErrors].flat();
  // None at all: it was the write concern that failed, and nothing is certain.
  return faults.length > 0 && faults.every(({ code }) => code === DUPLICATE_KEY)
    ? new Set(faults.map(({ index }) => index))
    : null;
}

export function idempotencyRepository(db: Connection) {
  idempotencyModel(db);
  const records = db.collection<IdempotencyRecord>('idempotency');

  /** Inserts it; false when there is one already. */
  const isFirst = together<IdempotencyRecord, boolean>(async (batch) => {
    try {
      await records.insertMany(batch, { ordered: false });
      return batch.map(() => true);
    } catch (error) {
      const there = duplicatesIn(error);
      if (there === null) throw error;
      return batch.map((_record, i) => !there.has(i));
    }
  });
  const isKnown = together<string, boolean>(async (ids) => {
    const found = await records.find({ _id: { $in: [...ids] } }, { ...LIMIT, projection: { _id: 1 } }).toArray();
    const there = new Set(found.map(({ _id }) => _id));
    return ids.map((id) => there.has(id));
  });
  const keep = together<Kept, void>(async (batch) => {
    const writes = batch.map(({ id: _id, lease, answer }) => ({
      updateOne: { filter: { _id, lease }, update: { $set: { answer } } },
    }));
    await records.bulkWrite(writes, { ordered: false });
    return [];
  });

  return {
    records,

    /** Whether somebody handles this request, or did. */
    isKnown,

    /** Claims the request for this try, or says what became of an earlier one. A try that died loses its lease. */
    async begin({ id, requestHash, lease, leaseMs, now }: BeginRequest): Promise<Begun> {
      const leaseUntil = new Date(now.getTime() + leaseMs);
      const expiresAt = new Date(now.getTime() + KEPT_MS);
      if (await isFirst({ _id: id, requestHash, startedAt: now, leaseUntil, lease, expiresAt })) {
        return { kind: 'mine', startedAt: now, isRepeat: false };
      }
      const known = await records.findOneAndUpdate(
        { _id: id, requestHash, answer: { $exists: false }, leaseUntil: { $lte: now } },
        { $set: { lease, leaseUntil, expiresAt } },
        LIMIT,
      );
      if (known !== null) return { kind: 'mine', startedAt: known.startedAt, isRepeat: true };
      const found = await records.findOne({ _id: id }, LIMIT);
      if (found === null) return { kind: 'running', until: leaseUntil };
      if (found.requestHash !== requestHash) return { kind: 'otherRequest' };
      if (found.answer !== undefined) return { kind: 'answered', answer: found.answer };
      return { kind: 'running', until: found.leaseUntil };
    },

    /** Keeps the answer. A try whose lease went to another one keeps nothing. */
    finish: async (id: string, lease: string, answer: StoredAnswer): Promise<void> => {
      await keep({ id, lease, answer });
    },

    /** Gives the lease back without an answer: the request failed for reasons that may pass. */
    release: async (id: string, lease: string, now: Date): Promise<void> => {
      await records.updateOne({ _id: id, lease, answer: { $exists: false } }, { $set: { leaseUntil: now } }, LIMIT);
    },
  };
}
