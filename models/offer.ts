import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { OfferShare, OfferTally } from '../domain/offer/tally.ts';
import type { OfferCondition, OfferStage } from '../domain/offer/types.ts';
import type { Delivery } from '../domain/pledge/types.ts';
import { reviewedFields, type ReviewedRecord } from './reviewed.ts';

/** What a donor can give. Its numbers of units are moved by reservations and by the recordings of pledges. */
export interface OfferRecord extends ReviewedRecord<OfferStage>, Writable<OfferTally> {
  donorId: string;
  /** Surname and two stars: what the public sees of him. */
  donorName: string;
  /** Null: for the whole country. */
  regionCode: string | null;
  regionPath: string[];
  category: string;
  itemName: string;
  unit: string;
  quantity: number;
  unitValueFen: number;
  condition: OfferCondition;
  delivery: Delivery;
  until: Date;
  approvedAt: Date | null;
  /** Counts the moves of units. */
  tallyVersion: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const count = { type: Number, required: true } as const;

const schema = new Schema(
  {
    ...reviewedFields,
    donorId: { type: String, required: true },
    donorName: String,
    regionCode: String,
    regionPath: [String],
    category: { type: String, required: true },
    itemName: { type: String, required: true },
    unit: String,
    quantity: count,
    unitValueFen: count,
    condition: String,
    delivery: String,
    until: { type: Date, required: true },
    approvedAt: Date,
    left: count,
    proposed: count,
    accepted: count,
    sent: count,
    given: count,
    tallyVersion: count,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ donorId: 1, createdAt: -1, _id: -1 });
// Work lists: whose turn it is, in a region or among the operators.
schema.index({ regionPath: 1, reviewLevel: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { open: true } });
schema.index({ reviewLevel: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { open: true } });
// The public list, and which offers a new need fits.
const publicOnly = { partialFilterExpression: { stage: 'open' } };
schema.index({ approvedAt: -1, _id: -1 }, publicOnly);
schema.index({ category: 1, approvedAt: -1, _id: -1 }, publicOnly);
schema.index({ regionPath: 1, approvedAt: -1, _id: -1 }, publicOnly);

/** For whom it is, in words. */
export const placeNamesOf = ({ regionNames }: Pick<OfferRecord, 'regionNames'>): readonly string[] =>
  regionNames.length === 0 ? ['全国'] : regionNames;

export const offerModel = (db: Connection) => db.model('Offer', schema, 'offers');

const AFTER = { returnDocument: 'after', maxTimeMS: 3000 } as const;

export function offerRepository(db: Connection) {
  offerModel(db);
  const offers = db.collection<OfferRecord>('offers');
  return {
    offers,
    find: (id: string, session?: ClientSession): Promise<OfferRecord | null> =>
      offers.findOne({ _id: id }, { maxTimeMS: 3000, ...(session && { session }) }),

    /**
     * Takes units of an open offer for a proposal: one conditional update, so that nothing is proposed twice.
     * @returns null when it is not open any more or has not so many left
     */
    take: (id: string, units: number, session: ClientSession): Promise<OfferRecord | null> =>
      offers.findOneAndUpdate(
        { _id: id, stage: 'open', until: { $gt: new Date() }, left: { $gte: units } },
        { $inc: { left: -units, proposed: units, tallyVersion: 1, rev: 1 }, $set: { updatedAt: new Date() } },
        { ...AFTER, session },
      ),

    /** Moves what one pledge has of its offer; what it gives up is left again. */
    move(id: string, from: OfferShare, to: OfferShare, session: ClientSession): Promise<OfferRecord | null> {
      const change = {
        proposed: to.proposed - from.proposed,
        accepted: to.accepted - from.accepted,
        sent: to.sent - from.sent,
        given: to.given - from.given,
      };
      const left = -Object.values(change).reduce((sum, n) => sum + n, 0);
      return offers.findOneAndUpdate(
        { _id: id },
        { $inc: { ...change, left, tallyVersion: 1, rev: 1 }, $set: { updatedAt: new Date() } },
        { ...AFTER, session },
      );
    },
  };
}
