import { createHash } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import type { Actor, CaseEvent, JsonObject } from '../domain/kernel/types.ts';

/** One event of one case, for ever. `hash` covers the event and the hash before it. */
export interface EventRecord {
  /** `need:<uuid>:<seq>`; its uniqueness is what makes recording idempotent. */
  _id: string;
  caseType: string;
  caseId: string;
  seq: number;
  type: string;
  at: Date;
  actor: Actor;
  data: JsonObject;
  commandId: string;
  prevHash: string;
  hash: string;
  /** When it was written (`at` is when it happened): the order in which the relay reads after it lost its place. */
  recordedAt: Date;
}

const schema = new Schema(
  {
    _id: String,
    caseType: { type: String, required: true },
    caseId: { type: String, required: true },
    seq: { type: Number, required: true },
    type: { type: String, required: true },
    at: { type: Date, required: true },
    actor: { type: Schema.Types.Mixed, required: true },
    data: { type: Schema.Types.Mixed, required: true },
    commandId: { type: String, required: true },
    prevHash: String,
    hash: { type: String, required: true },
    recordedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ caseType: 1, caseId: 1, seq: 1 }, { unique: true });
schema.index({ commandId: 1 });
schema.index({ recordedAt: 1, _id: 1 });

export const eventModel = (db: Connection) => db.model('Event', schema, 'events');

/** JSON with sorted keys: the same event gives the same bytes on every machine. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The chain's link: SHA-256 over the previous hash and the event. The first event's previous hash is the empty text. */
export function chainHash(prevHash: string, caseType: string, caseId: string, event: CaseEvent): string {
  const { seq, type, at, actor, data, commandId } = event;
  const body = canonicalJson({ caseType, caseId, seq, type, at, actor, data, commandId });
  return createHash('sha256').update(prevHash).update('\n').update(body).digest('hex');
}

/** Chains events onto `head` and gives the records to insert. */
export function chain(head: string, caseType: string, caseId: string, events: readonly CaseEvent[]): EventRecord[] {
  let prevHash = head;
  const recordedAt = new Date();
  return events.map((event) => {
    const hash = chainHash(prevHash, caseType, caseId, event);
    const place = { _id: `${caseType}:${caseId}:${event.seq}`, caseType, caseId };
    const record: EventRecord = { ...place, ...event, at: new Date(event.at), prevHash, hash, recordedAt };
    prevHash = hash;
    return record;
  });
}

export const toCaseEvent = ({ seq, type, at, actor, data, commandId }: EventRecord): CaseEvent => ({
  seq,
  type,
  at: at.getTime(),
  actor,
  data,
  commandId,
});

export function eventRepository(db: Connection) {
  eventModel(db);
  const events = db.collection<EventRecord>('events');
  return {
    events,
    /** A case's events in order, those after `afterSeq`. */
    of: (caseType: string, caseId: string, afterSeq = 0): Promise<EventRecord[]> =>
      events
        .find({ caseType, caseId, seq: { $gt: afterSeq } })
        .sort({ seq: 1 })
        .maxTimeMS(3000)
        .toArray(),
  };
}
