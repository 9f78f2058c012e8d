import { Schema, type ClientSession, type Connection } from 'mongoose';
import { areAlike, bandsOf, bandsToFind } from '../domain/content/picture-hash.ts';
import { GIVEN_UP, UNUSED_MS, unusedOf } from './unused.ts';
import { withDate } from './partial-index.ts';

/** What a photo belongs to. */
export interface PhotoUse {
  kind: 'need' | 'pledge' | 'account' | 'endorsement' | 'complaint' | 'certification' | 'news' | 'feedback';
  id: string;
}

/** A photo in the storage. Its bytes lie there under the record's id, `<id>` and `<id>.thumb`. */
export interface PhotoRecord {
  _id: string;
  uploadedBy: string;
  /** Of the stored, re-encoded image: the same picture uploaded twice is the same. */
  sha256: string;
  /** Perceptual hashes, none for a plain area, and the bands by which alike ones are found; photos of old have neither. */
  hashes?: string[];
  bands?: number[];
  mime: 'image/jpeg' | 'image/png' | 'image/webp';
  /** Bytes and pixels of the stored image. */
  bytes: number;
  width: number;
  height: number;
  usedBy: PhotoUse[];
  createdAt: Date;
  /** When the sweeper deletes it if nothing uses it by then; null once used. GIVEN_UP while it deletes it. */
  unusedUntil: Date | null;
}

const schema = new Schema(
  {
    _id: String,
    uploadedBy: { type: String, required: true },
    sha256: { type: String, required: true },
    hashes: { type: [String], default: undefined },
    bands: { type: [Number], default: undefined },
    mime: { type: String, required: true },
    bytes: { type: Number, required: true },
    width: { type: Number, required: true },
    height: { type: Number, required: true },
    usedBy: [new Schema({ kind: String, id: String }, { _id: false, id: false })],
    createdAt: { type: Date, required: true },
    unusedUntil: Date,
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ sha256: 1 });
schema.index({ bands: 1 }, { sparse: true });
schema.index({ uploadedBy: 1, createdAt: -1 });
schema.index({ 'usedBy.id': 1 });
schema.index({ unusedUntil: 1 }, withDate('unusedUntil'));

export const photoModel = (db: Connection) => db.model('Photo', schema, 'photos');

const LIMIT = { maxTimeMS: 3000 };

/** More copies of one picture than this say nothing new. */
const ALIKE_AT_MOST = 100;

export type NewPhoto = Omit<PhotoRecord, 'usedBy' | 'unusedUntil' | 'bands'>;

export function photoRepository(db: Connection) {
  photoModel(db);
  const photos = db.collection<PhotoRecord>('photos');
  return {
    photos,
    ...unusedOf(photos),
    find: (id: string): Promise<PhotoRecord | null> => photos.findOne({ _id: id }, LIMIT),
    findMany: (ids: readonly string[]): Promise<PhotoRecord[]> =>
      photos.find({ _id: { $in: [...ids] } }, LIMIT).toArray(),
    insert: async (photo: NewPhoto): Promise<PhotoRecord> => {
      const bands = bandsOf(photo.hashes ?? []);
      const record = { ...photo, bands, usedBy: [], unusedUntil: new Date(photo.createdAt.getTime() + UNUSED_MS) };
      await photos.insertOne(record);
      return record;
    },

    /** Other photos in use that are the same picture, byte for byte. */
    findSame: ({ _id, sha256 }: PhotoRecord): Promise<PhotoRecord[]> =>
      photos
        .find({ sha256, _id: { $ne: _id }, unusedUntil: null }, LIMIT)
        .limit(ALIKE_AT_MOST)
        .toArray(),

    /** Other photos that show the same, by an index only; in use, because an unused one stands nowhere. */
    async findAlike({ _id, sha256, hashes = [] }: PhotoRecord): Promise<PhotoRecord[]> {
      const others = { _id: { $ne: _id }, unusedUntil: null };
      const bands = bandsToFind(hashes);
      const [same, near] = await Promise.all([
        photos
          .find({ sha256, ...others }, LIMIT)
          .limit(ALIKE_AT_MOST)
          .toArray(),
        bands.length === 0 ? [] : photos.find({ bands: { $in: bands }, ...others }, LIMIT).toArray(),
      ]);
      return [...same, ...near.filter((photo) => photo.sha256 !== sha256 && areAlike(photo.hashes ?? [], hashes))];
    },

    /**
     * Marks photos of this uploader as used. Returns false, with nothing marked, when one of them is unknown or
     * somebody else's, or is being deleted; several only in a transaction, or some may be marked all the same.
     */
    async use(ids: readonly string[], uploadedBy: string, use: PhotoUse, session?: ClientSession): Promise<boolean> {
      const wanted = [...new Set(ids)];
      const inSession = session && { session };
      const filter = { _id: { $in: wanted }, uploadedBy, unusedUntil: { $ne: GIVEN_UP } };
      if ((await photos.countDocuments(filter, { ...LIMIT, ...inSession })) !== wanted.length) return false;
      const change = { $addToSet: { usedBy: use }, $set: { unusedUntil: null } };
      return (await photos.updateMany(filter, change, { ...inSession })).matchedCount === wanted.length;
    },

    /** No longer used there: a photo that nothing else uses is nobody's now, and the sweeper deletes it. */
    async release(ids: readonly string[], { kind, id }: PhotoUse, now: Date, session?: ClientSession): Promise<void> {
      const inSession = session && { session };
      const _id = { $in: [...ids] };
      await photos.updateMany({ _id }, { $pull: { usedBy: { kind, id } } }, { ...inSession });
      await photos.updateMany({ _id, usedBy: { $size: 0 } }, { $set: { unusedUntil: now } }, { ...inSession });
    },

    /** What these records used: a photo that only they used is nobody's now, and the sweeper deletes it. */
    async releaseOf(ids: readonly string[], now: Date, session?: ClientSession): Promise<void> {
      if (ids.length === 0) return;
      const inSession = session && { session };
      const of = { 'usedBy.id': { $in: [...ids] } };
      const used = await photos.find(of, { projection: { _id: 1 }, ...inSession }).toArray();
      const _id = { $in: used.map((photo) => photo._id) };
      await photos.updateMany({ _id }, { $pull: { usedBy: { id: { $in: [...ids] } } } }, { ...inSession });
      await photos.updateMany({ _id, usedBy: { $size: 0 } }, { $set: { unusedUntil: now } }, { ...inSession });
    },
  };
}
