import { Schema, type Connection } from 'mongoose';

/** Thanks, or an answer to a question about what the help achieved, in the household's words and photos. */
export interface FeedbackRecord {
  _id: string;
  needId: string;
  regionPath: string[];
  /** Who said it: somebody of the household, or a cadre who visited it. */
  authorId: string;
  householdId: string;
  kind: 'thanks' | 'answer';
  /** Of an answer: the question's number and what was answered. */
  question: number | null;
  answer: string | null;
  text: string;
  photos: string[];
  /** Strangers read and see nothing of it before a cadre has looked at it. */
  shown: boolean;
  takenDown: { by: string; reasonCode: string; reason: string; at: Date } | null;
  at: Date;
}

const schema = new Schema(
  {
    _id: String,
    needId: { type: String, required: true },
    regionPath: [String],
    authorId: { type: String, required: true },
    householdId: { type: String, required: true },
    kind: { type: String, required: true },
    question: Number,
    answer: String,
    text: String,
    photos: [String],
    shown: { type: Boolean, required: true },
    takenDown: Schema.Types.Mixed,
    at: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ needId: 1, at: -1, _id: -1 });

export const feedbackModel = (db: Connection) => db.model('Feedback', schema, 'feedback');

export function feedbackRepository(db: Connection) {
  feedbackModel(db);
  return { feedback: db.collection<FeedbackRecord>('feedback') };
}
