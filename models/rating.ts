import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { RatedBy } from '../domain/rating/rating.ts';

/** What one side of a pledge says of the other, once. */
export interface RatingRecord {
  /** `<pledge>:donor` or `<pledge>:recipient` */
  _id: string;
  pledgeId: string;
  needId: string;
  by: RatedBy;
  raterId: string;
  donorId: string;
  householdId: string;
  /** Of the pledge: an insider's rating counts for nobody. */
  marks: string[];
  stars: number;
  /** Empty when he said nothing, or nothing any more. */
  text: string;
  /** Of the request that gave it: its repeat finds it done. */
  commandId: string;
  at: Date;
}

const schema = new Schema(
  {
    _id: String,
    pledgeId: { type: String, required: true },
    needId: { type: String, required: true },
    by: { type: String, required: true },
    raterId: { type: String, required: true },
    donorId: { type: String, required: true },
    householdId: { type: String, required: true },
    marks: [String],
    stars: { type: Number, required: true },
    text: String,
    commandId: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ pledgeId: 1 });
schema.index({ raterId: 1, at: -1 });
schema.index({ donorId: 1 });
schema.index({ householdId: 1 });

export const ratingModel = (db: Connection) => db.model('Rating', schema, 'ratings');

export const ratingId = (pledgeId: string, by: RatedBy): string => `${pledgeId}:${by}`;

export function ratingRepository(db: Connection) {
  ratingModel(db);
  const ratings = db.collection<RatingRecord>('ratings');
  return {
    ratings,
    find: (id: string, session?: ClientSession): Promise<RatingRecord | null> =>
      ratings.findOne({ _id: id }, { maxTimeMS: 3000, ...(session && { session }) }),
    of: (pledgeId: string): Promise<RatingRecord[]> =>
      ratings.find({ pledgeId }, { maxTimeMS: 3000 }).sort({ at: 1, _id: 1 }).toArray(),
  };
}
