import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { EndorserRelation } from '../domain/need/endorsement.ts';

/** One person vouches for one need, once. */
export interface EndorsementRecord {
  _id: string;
  needId: string;
  accountId: string;
  relation: EndorserRelation;
  /** Surname and two stars. */
  publicName: string;
  text: string;
  photos: string[];
  createdAt: Date;
}

const schema = new Schema(
  {
    _id: String,
    needId: { type: String, required: true },
    accountId: { type: String, required: true },
    relation: { type: String, required: true },
    publicName: { type: String, required: true },
    text: { type: String, required: true },
    photos: [String],
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ needId: 1, accountId: 1 }, { unique: true });
schema.index({ needId: 1, createdAt: -1, _id: -1 });
schema.index({ accountId: 1, createdAt: -1 });
schema.index({ photos: 1 });

export const endorsementModel = (db: Connection) => db.model('Endorsement', schema, 'endorsements');

const LIMIT = { maxTimeMS: 3000 };

export function endorsementRepository(db: Connection) {
  endorsementModel(db);
  const endorsements = db.collection<EndorsementRecord>('endorsements');
  return {
    endorsements,
    of: (needId: string, accountId: string, session?: ClientSession): Promise<EndorsementRecord | null> =>
      endorsements.findOne({ needId, accountId }, { ...LIMIT, ...(session && { session }) }),
    since: (accountId: string, since: Date, session: ClientSession): Promise<number> =>
      endorsements.countDocuments({ accountId, createdAt: { $gte: since } }, { ...LIMIT, session }),
    /** The needs for which this photo was shown. */
    withPhoto: async (photoId: string): Promise<string[]> =>
      (await endorsements.find({ photos: photoId }, { ...LIMIT, projection: { needId: 1 } }).toArray()).map(
        ({ needId }) => needId,
      ),
  };
}
