import { Schema, type Connection } from 'mongoose';
import type { Place, Sealed } from '../contracts/sealed.ts';

/** What is wrong with one row. Never the value itself: it may be a person's number. */
export interface RowError {
  /** Line in the file, the header being line 1. */
  line: number;
  /** Column name of the header, or null when the whole row is meant. */
  column: string | null;
  code: string;
}

export interface ImportCounts {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Rows with at least one error. */
  failed: number;
}

export const NO_COUNTS: ImportCounts = { rows: 0, created: 0, updated: 0, unchanged: 0, failed: 0 };

/** One import of one file, and how far it is. */
export interface ImportRunRecord {
  _id: string;
  kind: 'households';
  requestedBy: string;
  /** The importer's own region: rows outside of it are errors. Null for the whole country. */
  regionCode: string | null;
  /** Checks everything and counts, but writes nothing. */
  dryRun: boolean;
  status: 'queued' | 'running' | 'done' | 'failed';
  fileBytes: number;
  bytesRead: number;
  counts: ImportCounts;
  /** The first `MAX_ROW_ERRORS`; `errorTotal` counts all of them. */
  errors: RowError[];
  errorTotal: number;
  /** Why the whole file could not be read: a code such as `NOT_UTF8`, `HEADER_MISSING_COLUMN`. */
  failure: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** A part of an uploaded file, encrypted, until its import has ended. */
interface ImportFilePart extends Sealed {
  _id: string;
  importId: string;
  createdAt: Date;
}

export const MAX_ROW_ERRORS = 1000;
export const MAX_IMPORT_BYTES = 64 * 1024 * 1024;
/** Below MongoDB's 16 MiB per document. */
export const IMPORT_PART_BYTES = 8 * 1024 * 1024;

const schema = new Schema(
  {
    _id: String,
    kind: { type: String, required: true },
    requestedBy: { type: String, required: true },
    regionCode: String,
    dryRun: { type: Boolean, required: true },
    status: { type: String, required: true },
    fileBytes: { type: Number, required: true },
    bytesRead: { type: Number, required: true },
    counts: { type: Schema.Types.Mixed, required: true },
    errors: { type: [Schema.Types.Mixed] as unknown as [typeof Schema.Types.Mixed] },
    errorTotal: { type: Number, required: true },
    failure: String,
    createdAt: { type: Date, required: true },
    startedAt: Date,
    finishedAt: Date,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', suppressReservedKeysWarning: true },
);
schema.index({ requestedBy: 1, createdAt: -1 });
schema.index({ createdAt: 1 }, { partialFilterExpression: { finishedAt: null }, name: 'unfinished' });

const partSchema = new Schema(
  {
    _id: String,
    importId: { type: String, required: true },
    keyId: String,
    key: Buffer,
    data: Buffer,
    createdAt: Date,
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
partSchema.index({ importId: 1 });
// A file whose import never came to its end goes after a week.
partSchema.index({ createdAt: 1 }, { expireAfterSeconds: 7 * 86_400 });

export const importRunModel = (db: Connection) => db.model('ImportRun', schema, 'imports');
export const importFileModel = (db: Connection) => db.model('ImportFile', partSchema, 'importFiles');

/** The part of infra/crypto that files need. */
export interface ByteSealer {
  sealBytes(place: Place, bytes: Uint8Array): Sealed;
  openBytes(place: Place, sealed: Sealed): Buffer;
}

const partPlace = (id: string): Place => ({ collection: 'importFiles', id, field: 'data' });

export type NewImportRun = Pick<
  ImportRunRecord,
  '_id' | 'requestedBy' | 'regionCode' | 'dryRun' | 'fileBytes' | 'createdAt'
>;

export function importRunRepository(db: Connection) {
  importRunModel(db);
  importFileModel(db);
  const runs = db.collection<ImportRunRecord>('imports');
  const files = db.collection<ImportFilePart>('importFiles');
  return {
    runs,
    find: (id: string): Promise<ImportRunRecord | null> => runs.findOne({ _id: id }, { maxTimeMS: 3000 }),
    of: (requestedBy: string, limit: number): Promise<ImportRunRecord[]> =>
      runs.find({ requestedBy }, { maxTimeMS: 3000 }).sort({ createdAt: -1 }).limit(limit).toArray(),

    insert: async (run: NewImportRun): Promise<void> => {
      const state = { kind: 'households', status: 'queued', bytesRead: 0, errorTotal: 0, failure: null } as const;
      const times = { startedAt: null, finishedAt: null };
      await runs.insertOne({ ...run, ...state, counts: { ...NO_COUNTS }, errors: [], ...times });
    },
    update: async (id: string, change: Partial<Omit<ImportRunRecord, '_id'>>): Promise<void> => {
      await runs.updateOne({ _id: id }, { $set: change });
    },

    /** Keeps an uploaded file, encrypted. Call it before the run is queued; at most `MAX_IMPORT_BYTES`. */
    async storeFile(importId: string, bytes: Buffer, sealer: ByteSealer): Promise<void> {
      for (let n = 0; n * IMPORT_PART_BYTES < bytes.length; n += 1) {
        const _id = `${importId}:${n}`;
        const slice = bytes.subarray(n * IMPORT_PART_BYTES, (n + 1) * IMPORT_PART_BYTES);
        const part = { importId, createdAt: new Date(), ...sealer.sealBytes(partPlace(_id), slice) };
        await files.replaceOne({ _id }, part, { upsert: true });
      }
    },
    /** The stored file's bytes, part by part. */
    async *readFile(importId: string, sealer: ByteSealer): AsyncGenerator<Buffer> {
      for (let n = 0; ; n += 1) {
        const part = await files.findOne({ _id: `${importId}:${n}` }, { maxTimeMS: 10_000 });
        if (part === null) return;
        yield sealer.openBytes(partPlace(part._id), part);
      }
    },
    dropFile: async (importId: string): Promise<void> => {
      await files.deleteMany({ importId });
    },
  };
}
