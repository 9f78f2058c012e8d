import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { ReasonRecord } from '../domain/matching/reasons.ts';
import type { NeedKind } from '../domain/need/kind.ts';
import type { OfferShare } from '../domain/offer/tally.ts';
import type { Delivery, PledgeLine, PledgeStage } from '../domain/pledge/types.ts';
import { standingFields, type StandingRecord } from './standing.ts';
import { withText } from './partial-index.ts';

export interface PledgeRecord extends StandingRecord<PledgeStage> {
  needId: string;
  needTitle: string;
  donorId: string;
  publisherId: string;
  householdId: string;
  regionPath: string[];
  delivery: Delivery;
  /** Of its need; goods where it does not say. */
  kind?: NeedKind;
  lines: PledgeLine[];
  /** When its donor joined the standby queue; absent for a claim that got its units at once. */
  queuedAt?: Date;
  /** Units that are kept for it since they came free, until its case has heard that it is promoted. */
  reserved?: PledgeLine[];
  /** True in the standby queue: it is none of its need's open pledges and holds nothing. */
  standby?: boolean;
  /** Made from an offer in advance, and what it has of that offer's units now. */
  offerId?: string;
  offerShare?: OfferShare;
  /** A match proposed it, and its donor has not answered. */
  proposed?: boolean;
  /** Why the match thought of this need, the weightiest reason first. */
  reasons?: ReasonRecord[];
  /** Counts against its donor's quota. */
  hold?: boolean;
  /** The sponsorship that claimed it for its donor. */
  sponsorshipId?: string;
  receivedLines: PledgeLine[];
  marks: string[];
  /** Set by `send`: company and number, as the donor gave them. */
  shipment: { courier: string; trackingNumber: string } | null;
  receiptPhotoId: string | null;
  /** Wrong tries at the pickup code; the limit is checked before the command is sent. */
  pickupTries: number;
  penalty: boolean;
  /** Code of the donor's certificate, once he asked for it. */
  certificate?: string;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema(
  {
    ...standingFields,
    needId: { type: String, required: true },
    needTitle: String,
    donorId: { type: String, required: true },
    publisherId: String,
    householdId: String,
    regionPath: [String],
    delivery: String,
    kind: String,
    lines: Schema.Types.Mixed,
    queuedAt: Date,
    reserved: Schema.Types.Mixed,
    standby: Boolean,
    hold: Boolean,
    sponsorshipId: String,
    offerId: String,
    offerShare: Schema.Types.Mixed,
    proposed: Boolean,
    reasons: { type: Schema.Types.Mixed, default: undefined },
    receivedLines: Schema.Types.Mixed,
    marks: [String],
    shipment: Schema.Types.Mixed,
    receiptPhotoId: String,
    pickupTries: Number,
    penalty: Boolean,
    certificate: String,
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ needId: 1, stage: 1 });
schema.index({ sponsorshipId: 1, stage: 1 }, withText('sponsorshipId'));
// Whether a household has received anything before.
schema.index({ householdId: 1 }, { partialFilterExpression: { stage: 'received' } });
schema.index({ certificate: 1 }, { unique: true, ...withText('certificate') });
schema.index({ donorId: 1, createdAt: -1, _id: -1 });
// What became of an offer.
schema.index({ offerId: 1, needId: 1 }, withText('offerId'));
// Parcels at a village point and disputes of a county: work lists.
schema.index({ regionPath: 1, stage: 1, dueAt: 1, _id: 1 });

export const pledgeModel = (db: Connection) => db.model('Pledge', schema, 'pledges');

export function pledgeRepository(db: Connection) {
  pledgeModel(db);
  const pledges = db.collection<PledgeRecord>('pledges');
  return {
    pledges,
    find: (id: string, session?: ClientSession): Promise<PledgeRecord | null> =>
      pledges.findOne({ _id: id }, { maxTimeMS: 3000, ...(session && { session }) }),

    /** Those of these households that have received something. */
    async helpedHouseholds(householdIds: readonly string[]): Promise<Set<string>> {
      const filter = { stage: 'received' as const, householdId: { $in: [...householdIds] } };
      const found = await pledges.find(filter, { projection: { _id: 0, householdId: 1 }, maxTimeMS: 5000 }).toArray();
      return new Set(found.map(({ householdId }) => householdId));
    },
  };
}
