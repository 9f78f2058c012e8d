import { Schema, type ClientSession, type Connection } from 'mongoose';
import { EVERYBODY } from '../domain/need/audience.ts';
import type { Sealed } from '../contracts/sealed.ts';
import type { Arrangement } from '../domain/need/arrangement.ts';
import type { NeedKind } from '../domain/need/kind.ts';
import type { PayeeKind } from '../domain/need/payee.ts';
import type { Level } from '../domain/kernel/types.ts';
import type { NeedStage, Progress, Urgency } from '../domain/need/types.ts';
import { needUnits } from './need-units.ts';
import { standingFields, type StandingRecord } from './standing.ts';
import { withDate, withText } from './partial-index.ts';

/** One wanted item and where its units are: `free + held + sent + received = quantity`, always. */
export interface NeedLineRecord {
  id: string;
  name: string;
  unit: string;
  quantity: number;
  unitPriceFen: number;
  condition: 'new' | 'usedGood' | 'any';
  free: number;
  held: number;
  sent: number;
  received: number;
}

export interface ConsentRecord {
  kind: 'paper' | 'recording' | 'inPerson' | 'smsCode';
  /** Photo id of the paper, the recording's id (a free text in records from before they were kept), or the id of a consent by code (models/one-time-code.ts). */
  reference: string;
  givenAt: Date;
  /** The separate consent that health or poverty details may be used in review (never in public). */
  sensitive: boolean;
  /** Guardian's consent, when the need concerns a child under 14. */
  guardian: boolean;
}

/** Whom money would be paid to; `sealed` holds name, bank and account (`PayeePersonal`). */
export interface PayeeRecord {
  kind: PayeeKind;
  /** Photo of the proof, where it is not the household itself. */
  proof: string | null;
  /** Blind index of the account: equal accounts are found without being read. */
  index: string;
  /** 赖** 尾号1234 */
  masked: string;
  sealed: Sealed;
}

export interface PayeePersonal {
  name: string;
  bank: string;
  account: string;
}

/** Where a payee's sealed fields belong; needed to open them. */
export const payeePlace = (needId: string) => ({ collection: 'needs', id: needId, field: 'payee' });

/** What a publisher writes: the part of a need that a revision replaces. */
export interface NeedContent {
  title: string;
  details: string;
  category: string;
  urgency: Urgency;
  lines: NeedLineRecord[];
  amountFen: number;
  photos: string[];
  /** Somebody under 18 is concerned; absent in records from before it was kept: the category says it. */
  concernsMinor?: boolean;
  /** When and where, of services and jobs; absent in records from before there were any. */
  arrangement?: Arrangement | null;
}

export interface NeedRecord extends NeedContent, StandingRecord<NeedStage> {
  reviewLevel: Level | null;
  reviewAssigneeId: string | null;
  /** Cadres whose turn it would be, and who may not decide; absent in records from before it was kept. */
  barred?: string[];
  /** The claim lock: who has taken it (masked name), until when. */
  reviewTaken?: { by: string; name: string; until: Date } | null;
  /** Who may see it while it is public (domain/need/audience.ts); every public need has one. */
  audience?: string;
  /** Since when it stands at the top of the public list; null or absent: it does not. */
  pinnedAt?: Date | null;
  /** Photos that were added after the approval and that no cadre has looked at yet. */
  photosToLook?: { photos: string[]; dueAt: Date } | null;
  publishedAt: Date | null;
  /** When a reviewer refused it (an appeal takes that back), and when it was handed off: kept whatever becomes of it. */
  refusedAt?: Date | null;
  handedOffAt?: Date | null;
  expiresAt: Date | null;
  revisionId: string;
  kind: NeedKind;
  /** Photos of which a cadre has said that no child is to be recognised (domain/need/public-photos.ts). */
  photosShown?: string[];
  /** People who vouch for it. */
  endorsements?: number;
  /** Why its publisher said that likely matches are something else. */
  dismissed?: { needId: string; reasonCode: string; reason: string; at: Date }[];
  /** Money only. */
  payee?: PayeeRecord | null;
  householdId: string;
  publisherId: string;
  /** The household's helper cadre, whoever posted it; follows the register (models/household.ts). */
  helperId?: string | null;
  /** Surname and `**`, made at posting: the public never needs the sealed name. */
  recipientPublicName: string;
  relation: string;
  regionPath: string[];
  /** Names of the five regions as they were when the need was posted. */
  regionNames: string[];
  consent: ConsentRecord | null;
  /** Sub-state of the units: owned by reservations and pledges' recordings. */
  tallyVersion: number;
  openPledges: number;
  /** Donors in the standby queue. */
  waiting?: number;
  progress: Progress;
  policyVersion: string;
  searchTerms: string[];
  submittedAt: Date | null;
  /** Drafts only: when the sweeper deletes it. */
  draftExpiresAt?: Date;
  createdAt: Date;
  updatedAt: Date;
}

export const contentFields = {
  title: String,
  details: String,
  category: String,
  urgency: String,
  lines: [
    new Schema(
      {
        id: String,
        name: String,
        unit: String,
        quantity: Number,
        unitPriceFen: Number,
        condition: String,
        free: Number,
        held: Number,
        sent: Number,
        received: Number,
      },
      { _id: false },
    ),
  ],
  amountFen: Number,
  photos: [String],
  arrangement: Schema.Types.Mixed,
  concernsMinor: Boolean,
} as const;

const schema = new Schema(
  {
    ...standingFields,
    reviewLevel: String,
    reviewAssigneeId: String,
    barred: { type: [String], default: undefined },
    reviewTaken: Schema.Types.Mixed,
    audience: String,
    pinnedAt: Date,
    photosToLook: Schema.Types.Mixed,
    publishedAt: Date,
    refusedAt: Date,
    handedOffAt: Date,
    expiresAt: Date,
    revisionId: String,
    kind: String,
    householdId: { type: String, required: true },
    publisherId: { type: String, required: true },
    helperId: String,
    recipientPublicName: String,
    relation: String,
    regionPath: [String],
    regionNames: [String],
    consent: Schema.Types.Mixed,
    payee: Schema.Types.Mixed,
    endorsements: Number,
    photosShown: { type: [String], default: undefined },
    dismissed: Schema.Types.Mixed,
    tallyVersion: Number,
    openPledges: Number,
    waiting: Number,
    progress: Schema.Types.Mixed,
    policyVersion: String,
    searchTerms: [String],
    submittedAt: Date,
    draftExpiresAt: Date,
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    ...contentFields,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);

/** What the public may list: a partial index on these keeps it small however many needs are finished. */
export const PUBLIC_STAGES = ['published', 'matched'] as const;
/** Where a donor is told that it takes no claims now, instead of that there is no such need. */
export const KNOWN_STAGES = [...PUBLIC_STAGES, 'paused', 'challenged'] as const;
/** The order of the public list: pinned needs first. */
export const PUBLIC_ORDER = { pinnedAt: -1, publishedAt: -1, _id: -1 } as const;
const publicOnly = { partialFilterExpression: { stage: { $in: [...PUBLIC_STAGES] } } };
// Each begins with who may see it: a caller belongs to a few audiences, whose scans are merged in order.
schema.index({ audience: 1, pinnedAt: -1, publishedAt: -1, _id: -1 }, publicOnly);
// By how long they wait: matches, suggestions, sponsorships.
schema.index({ publishedAt: 1, _id: 1 }, { name: 'waiting', partialFilterExpression: { stage: 'published' } });
// What a match looks at besides those that wait longest.
schema.index(
  { category: 1, publishedAt: 1, _id: 1 },
  { name: 'urgent', partialFilterExpression: { stage: 'published', urgency: 'urgent' } },
);
schema.index({ audience: 1, regionPath: 1, pinnedAt: -1, publishedAt: -1, _id: -1 }, publicOnly);
schema.index({ audience: 1, category: 1, pinnedAt: -1, publishedAt: -1, _id: -1 }, publicOnly);
schema.index({ audience: 1, kind: 1, pinnedAt: -1, publishedAt: -1, _id: -1 }, publicOnly);
export const SEARCH_INDEX = { audience: 1, searchTerms: 1, pinnedAt: -1, publishedAt: -1, _id: -1 } as const;
schema.index(SEARCH_INDEX, publicOnly);
// Work lists: by region and whose turn it is, earliest deadline first.
schema.index({ regionPath: 1, stage: 1, reviewLevel: 1, dueAt: 1, _id: 1 });
schema.index({ regionPath: 1, 'photosToLook.dueAt': 1, _id: 1 }, withDate('photosToLook.dueAt'));
// The same for the whole country.
schema.index({ dueAt: 1, _id: 1 }, { name: 'handedOff', partialFilterExpression: { stage: 'handedOff' } });
// What waits for one reviewer alone.
schema.index({ reviewAssigneeId: 1, dueAt: 1, _id: 1 }, withText('reviewAssigneeId'));
schema.index({ householdId: 1, submittedAt: -1 });
// Ledgers.
schema.index({ regionPath: 1, submittedAt: 1 }, withDate('submittedAt'));
schema.index({ publisherId: 1, createdAt: -1 });
schema.index({ helperId: 1, createdAt: -1 }, withText('helperId'));
schema.index({ 'payee.index': 1 }, withText('payee.index'));
schema.index({ draftExpiresAt: 1 }, { partialFilterExpression: { stage: 'draft' } });

export const needModel = (db: Connection) => db.model('Need', schema, 'needs');

export function needRepository(db: Connection) {
  needModel(db);
  const needs = db.collection<NeedRecord>('needs');
  return {
    needs,
    find: (id: string, session?: ClientSession): Promise<NeedRecord | null> =>
      needs.findOne({ _id: id }, { maxTimeMS: 3000, ...(session && { session }) }),

    /** Needs from before there were audiences are everybody’s. Reads what is public: the setup has it run once. */
    openOlder: async (): Promise<void> => {
      const older = { stage: { $in: [...PUBLIC_STAGES] }, audience: { $exists: false } };
      await needs.updateMany(older, { $set: { audience: EVERYBODY } });
    },

    /** Needs from before they knew their household's helper. Reads all of them: the setup has it run once. */
    nameHelpers: async (): Promise<void> => {
      await needs
        .aggregate([
          { $match: { helperId: { $exists: false } } },
          { $lookup: { from: 'households', localField: 'householdId', foreignField: '_id', as: 'register' } },
          { $project: { helperId: { $ifNull: [{ $first: '$register.helperId' }, null] } } },
          { $merge: { into: 'needs', whenNotMatched: 'discard' } },
        ])
        .toArray();
    },

    ...needUnits(needs),
  };
}
