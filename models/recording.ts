import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { Place, Sealed } from '../contracts/sealed.ts';
import { GIVEN_UP, UNUSED_MS, unusedOf } from './unused.ts';
import { withDate } from './partial-index.ts';

/**
 * A household's word on tape: its consent to being posted for. The sound lies sealed in the storage, under `<id>.sound`;
 * its key is here and goes with an erasure.
 */
export interface RecordingRecord {
  _id: string;
  householdId: string;
  uploadedBy: string;
  mime: 'audio/mpeg' | 'audio/mp4' | 'audio/amr' | 'audio/ogg' | 'audio/wav';
  /** Of the sound, before it was sealed. */
  bytes: number;
  sha256: string;
  keyId: string;
  /** Null once the household's data was erased: nobody can hear it any more. */
  key: Sealed['key'];
  /** Needs that were posted with it. */
  usedBy: string[];
  createdAt: Date;
  /** When the sweeper deletes it if nothing was posted with it by then; null once used. GIVEN_UP while it deletes it. */
  unusedUntil: Date | null;
}

const schema = new Schema(
  {
    _id: String,
    householdId: { type: String, required: true },
    uploadedBy: { type: String, required: true },
    mime: { type: String, required: true },
    bytes: { type: Number, required: true },
    sha256: { type: String, required: true },
    keyId: { type: String, required: true },
    key: Schema.Types.Mixed,
    usedBy: [String],
    createdAt: { type: Date, required: true },
    unusedUntil: Date,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ householdId: 1 });
schema.index({ uploadedBy: 1 });
schema.index({ usedBy: 1 });
schema.index({ unusedUntil: 1 }, withDate('unusedUntil'));

/** Where the sound belongs; needed to open it. */
export const soundPlace = (id: string): Place => ({ collection: 'recordings', id, field: 'sound' });
export const soundKey = (id: string): string => `${id}.sound`;

const LIMIT = { maxTimeMS: 3000 };

export function recordingRepository(db: Connection) {
  db.model('Recording', schema, 'recordings');
  const recordings = db.collection<RecordingRecord>('recordings');
  return {
    recordings,
    ...unusedOf(recordings),
    find: (id: string): Promise<RecordingRecord | null> => recordings.findOne({ _id: id }, LIMIT),
    insert: async (recording: Omit<RecordingRecord, 'usedBy' | 'unusedUntil'>): Promise<void> => {
      const unusedUntil = new Date(recording.createdAt.getTime() + UNUSED_MS);
      await recordings.insertOne({ ...recording, usedBy: [], unusedUntil });
    },
    /** False when it is not there, or cannot be heard, any more. */
    use: async (id: string, needId: string, session?: ClientSession): Promise<boolean> => {
      const heard = { _id: id, key: { $ne: null }, unusedUntil: { $ne: GIVEN_UP } };
      const change = { $addToSet: { usedBy: needId }, $set: { unusedUntil: null } };
      return (await recordings.updateOne(heard, change, { ...(session && { session }) })).matchedCount > 0;
    },

    /** What these needs were posted with; what nothing else was posted with the sweeper deletes. */
    async releaseOf(needIds: readonly string[], now: Date, session?: ClientSession): Promise<void> {
      if (needIds.length === 0) return;
      const inSession = session && { session };
      const of = { usedBy: { $in: [...needIds] } };
      const used = await recordings.find(of, { projection: { _id: 1 }, ...inSession }).toArray();
      const _id = { $in: used.map((recording) => recording._id) };
      await recordings.updateMany({ _id }, { $pullAll: { usedBy: [...needIds] } }, { ...inSession });
      await recordings.updateMany({ _id, usedBy: { $size: 0 } }, { $set: { unusedUntil: now } }, { ...inSession });
    },
  };
}
