import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { Delivery } from '../domain/pledge/types.ts';
import type { SponsorshipStage, SponsorshipTotals } from '../domain/sponsorship/types.ts';

/** An organisation's wish to take on many needs at once. */
export interface SponsorshipRecord {
  _id: string;
  rev: number;
  /** Owned by the case, through the recording. */
  stage: SponsorshipStage;
  seq: number;
  stageSince: Date;
  dueAt: Date | null;
  waitingOn: string;
  donorId: string;
  /** As it calls itself: who approves looks at it. */
  organisation: string;
  regionPath: string[];
  regionNames: string[];
  category: string | null;
  /** Named one by one; absent where region and category choose. */
  needIds?: string[];
  needs: number | null;
  budgetFen: number | null;
  perNeedFen: number | null;
  delivery: Delivery;
  planned: number | null;
  /** Written with each chunk's reservations, in their transaction. */
  totals: SponsorshipTotals;
  policyVersion: string;
  createdAt: Date;
  updatedAt: Date;
}

export type ItemOutcome =
  'planned' | 'claimed' | 'notOpen' | 'nothingFree' | 'tooDear' | 'overBudget' | 'ownNeed' | 'notNeeded';

/** What became of one need. */
export interface SponsorshipItem {
  needId: string;
  outcome: ItemOutcome;
  pledgeId: string | null;
  units: number;
  valueFen: number;
}

/** Some hundred needs that are claimed together: one record, so that thousands of results cost few writes. */
export interface SponsorshipChunk {
  /** `<sponsorship>:<n>` */
  _id: string;
  sponsorshipId: string;
  n: number;
  done: boolean;
  items: SponsorshipItem[];
}

const schema = new Schema(
  {
    _id: String,
    rev: { type: Number, required: true },
    stage: { type: String, required: true },
    seq: { type: Number, required: true },
    stageSince: { type: Date, required: true },
    dueAt: Date,
    waitingOn: String,
    donorId: { type: String, required: true },
    organisation: { type: String, required: true },
    regionPath: [String],
    regionNames: [String],
    category: String,
    needIds: { type: [String], default: undefined },
    needs: Number,
    budgetFen: Number,
    perNeedFen: Number,
    delivery: String,
    planned: Number,
    totals: Schema.Types.Mixed,
    policyVersion: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ donorId: 1, createdAt: -1, _id: -1 });
schema.index({ stage: 1, createdAt: -1, _id: -1 });
schema.index({ regionPath: 1, createdAt: -1, _id: -1 });

const chunkSchema = new Schema(
  {
    _id: String,
    sponsorshipId: { type: String, required: true },
    n: { type: Number, required: true },
    done: { type: Boolean, required: true },
    items: Schema.Types.Mixed,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
chunkSchema.index({ sponsorshipId: 1, n: 1 }, { unique: true });

export function sponsorshipRepository(db: Connection) {
  db.model('Sponsorship', schema, 'sponsorships');
  db.model('SponsorshipChunk', chunkSchema, 'sponsorship_chunks');
  const sponsorships = db.collection<SponsorshipRecord>('sponsorships');
  const chunks = db.collection<SponsorshipChunk>('sponsorship_chunks');
  return {
    sponsorships,
    chunks,

    find: (id: string, session?: ClientSession): Promise<SponsorshipRecord | null> =>
      sponsorships.findOne({ _id: id }, { maxTimeMS: 3000, ...(session && { session }) }),

    /** The next chunk to claim. */
    nextChunk: (sponsorshipId: string): Promise<SponsorshipChunk | null> =>
      chunks.findOne({ sponsorshipId, done: false }, { sort: { n: 1 }, maxTimeMS: 3000 }),

    /** Lays down which needs are to be tried, in order. Repeated before anything was claimed it gives the same again. */
    async plan(sponsorshipId: string, needIds: readonly string[], size: number): Promise<void> {
      const planned = (needId: string): SponsorshipItem => ({
        needId,
        outcome: 'planned',
        pledgeId: null,
        units: 0,
        valueFen: 0,
      });
      const made = Array.from({ length: Math.ceil(needIds.length / size) }, (_, n): SponsorshipChunk => {
        const items = needIds.slice(n * size, (n + 1) * size).map(planned);
        return { _id: `${sponsorshipId}:${n}`, sponsorshipId, n, done: false, items };
      });
      await chunks.deleteMany({ sponsorshipId });
      if (made.length > 0) await chunks.insertMany(made);
    },

    /** Adds up what a part of a chunk came to, as long as the sponsorship runs. @returns whether it still did */
    async count(id: string, more: SponsorshipTotals, session: ClientSession): Promise<boolean> {
      const { tried, claimed, units, valueFen } = more;
      const added = await sponsorships.updateOne(
        { _id: id, stage: 'running' },
        {
          $inc: {
            rev: 1,
            'totals.tried': tried,
            'totals.claimed': claimed,
            'totals.units': units,
            'totals.valueFen': valueFen,
          },
          $set: { updatedAt: new Date() },
        },
        { session },
      );
      return added.matchedCount === 1;
    },
  };
}
