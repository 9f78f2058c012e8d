import { Schema, type Connection } from 'mongoose';
import type { CheckpointRecord } from '../contracts/checkpoint.ts';
import { isDuplicateKey } from './command.ts';
import { chainHash, eventRepository, toCaseEvent, type EventRecord } from './event.ts';

const schema = new Schema(
  {
    _id: Number,
    from: { type: Date, required: true },
    to: { type: Date, required: true },
    events: { type: Number, required: true },
    root: { type: String, required: true },
    prev: String,
    digest: { type: String, required: true },
    keyId: { type: String, required: true },
    signature: { type: String, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);

export const checkpointModel = (db: Connection) => db.model('Checkpoint', schema, 'checkpoints');

const LIMIT = { maxTimeMS: 5000 };

export function checkpointRepository(db: Connection) {
  checkpointModel(db);
  const checkpoints = db.collection<CheckpointRecord>('checkpoints');
  const { events } = eventRepository(db);
  return {
    checkpoints,
    newest: (): Promise<CheckpointRecord | null> => checkpoints.findOne({}, { ...LIMIT, sort: { _id: -1 } }),
    /** In order, from number `after + 1` on. */
    list: (after: number, limit: number): Promise<CheckpointRecord[]> =>
      checkpoints
        .find({ _id: { $gt: after } }, LIMIT)
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),
    /** False when another process has made this number. */
    async insert(record: CheckpointRecord): Promise<boolean> {
      try {
        await checkpoints.insertOne(record, LIMIT);
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    /** Hashes of the events recorded in (from, to], made anew from their content, in the order of their ids. */
    async leaves(from: Date, to: Date): Promise<string[]> {
      const found: { id: string; hash: string }[] = [];
      const cursor = events.find<EventRecord>({ recordedAt: { $gt: from, $lte: to } }, { batchSize: 1000 });
      for await (const event of cursor) {
        const hash = chainHash(event.prevHash, event.caseType, event.caseId, toCaseEvent(event));
        found.push({ id: event._id, hash: `${event._id} ${hash} ${event.hash}` });
      }
      return found.sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ hash }) => hash);
    },
  };
}
