import { Schema, type Connection } from 'mongoose';

/** What the owners of a need tell those who follow it. Its words stay here, never in events. */
export interface NewsRecord {
  _id: string;
  needId: string;
  regionPath: string[];
  authorId: string;
  householdId: string;
  text: string;
  photos: string[];
  /** Photos may show a child: the public sees none before a cadre has looked at them. */
  photosShown: boolean;
  /** A cadre has looked and keeps them from the public; absent: nobody has looked, or they are shown. */
  photosHeld?: { by: string; reasonCode: string; reason: string; at: Date } | null;
  takenDown: { by: string; reasonCode: string; reason: string; at: Date } | null;
  at: Date;
}

const schema = new Schema(
  {
    _id: String,
    needId: { type: String, required: true },
    regionPath: [String],
    authorId: { type: String, required: true },
    householdId: String,
    text: { type: String, required: true },
    photos: [String],
    photosShown: { type: Boolean, required: true },
    photosHeld: { type: Schema.Types.Mixed, default: undefined },
    takenDown: Schema.Types.Mixed,
    at: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ needId: 1, at: -1, _id: -1 });
// Those that wait for a look are few among all there ever were.
schema.index({ regionPath: 1, at: 1, _id: 1 }, { partialFilterExpression: { photosShown: false } });

export const newsModel = (db: Connection) => db.model('News', schema, 'news');

export function newsRepository(db: Connection) {
  newsModel(db);
  return { news: db.collection<NewsRecord>('news') };
}
