import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { Delivery } from '../domain/pledge/types.ts';
import type { Failures, SponsorshipStage, SponsorshipTotals } from '../domain/sponsorship/types.ts';
import { standingFields, type StandingRecord } from './standing.ts';

/** An organisation's wish to take on many needs at once. */
export interface SponsorshipRecord extends StandingRecord<SponsorshipStage> {
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
  /** Why needs were not claimed; written with the totals. */
  failed?: Failures;
  /** What has come of sending; written with each chunk's results. */
  sent?: number;
  notSent?: Failures;
  policyVersion: string;
  createdAt: Date;
  updatedAt: Date;
}

/** How far it is: thousands of named needs are not read again with each chunk. */
export type SponsorshipProgress = Omit<SponsorshipRecord, 'needIds'>;

export type ItemOutcome =
  'planned' | 'claimed' | 'notOpen' | 'nothingFree' | 'tooDear' | 'overBudget' | 'ownNeed' | 'notNeeded';

/** What became of one need. */
export interface SponsorshipItem {
  needId: string;
  outcome: ItemOutcome;
  pledgeId: string | null;
  units: number;
  valueFen: number;
  /** What came of sending it in bulk: `sent`, or the code why not; absent: not tried. */
  sent?: string;
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
    ...standingFields,
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
    failed: Schema.Types.Mixed,
    sent: Number,
    notSent: Schema.Types.Mixed,
    policyVersion: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ donorId: 1, createdAt: -1, _id: -1 });
schema.index({ createdAt: -1, _id: -1 });
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

    /** The same without the list of named needs. */
    progress: (id: string, session?: ClientSession): Promise<SponsorshipProgress | null> =>
      sponsorships.findOne({ _id: id }, { projection: { needIds: 0 }, maxTimeMS: 3000, ...(session && { session }) }),

    /** The next chunk to claim, and how many needs it has; they are read by whoever claims them. */
    async nextChunk(sponsorshipId: string): Promise<{ readonly _id: string; readonly size: number } | null> {
      const filter = { sponsorshipId, done: false };
      const options = { projection: { _id: 1, size: { $size: '$items' } }, sort: { n: 1 }, maxTimeMS: 3000 } as const;
      return chunks.findOne<{ _id: string; size: number }>(filter, options);
    },

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
    async count(
      id: string,
      more: SponsorshipTotals & { readonly failed: Failures },
      session: ClientSession,
    ): Promise<boolean> {
      const { tried, claimed, units, valueFen, failed } = more;
      const added = await sponsorships.updateOne(
        { _id: id, stage: 'running' },
        {
          $inc: {
            rev: 1,
            'totals.tried': tried,
            'totals.claimed': claimed,
            'totals.units': units,
            'totals.valueFen': valueFen,
            ...Object.fromEntries(Object.entries(failed).map(([code, n]) => [`failed.${code}`, n])),
          },
          $set: { updatedAt: new Date() },
        },
        { session },
      );
      return added.matchedCount === 1;
    },

    /** The chunk, from this one on, that has claimed anything. */
    claimedChunk: (sponsorshipId: string, from: number): Promise<SponsorshipChunk | null> =>
      chunks.findOne(
        { sponsorshipId, n: { $gte: from }, 'items.outcome': 'claimed' },
        { sort: { n: 1 }, maxTimeMS: 3000 },
      ),

    /** Writes down what came of sending, and adds up the difference to what was known. */
    async noteSent(
      id: string,
      chunk: Pick<SponsorshipChunk, '_id'>,
      results: ReadonlyMap<string, string>,
      session: ClientSession,
    ): Promise<void> {
      const now = await chunks.findOne({ _id: chunk._id }, { session });
      const more: Record<string, number> = {};
      const add = (result: string | undefined, n: number): void => {
        if (result === undefined) return;
        const field = result === 'sent' ? 'sent' : `notSent.${result}`;
        more[field] = (more[field] ?? 0) + n;
      };
      const items = (now?.items ?? []).map((item) => {
        const sent = results.get(item.pledgeId ?? '');
        if (sent === undefined || sent === item.sent) return item;
        add(item.sent, -1);
        add(sent, 1);
        return { ...item, sent };
      });
      if (Object.keys(more).length === 0) return;
      await chunks.updateOne({ _id: chunk._id }, { $set: { items } }, { session });
      await sponsorships.updateOne(
        { _id: id },
        { $inc: { rev: 1, ...more }, $set: { updatedAt: new Date() } } as never,
        { session },
      );
    },
  };
}
