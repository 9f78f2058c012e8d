import type { Authority } from '../application/types.ts';
import type { CasePolicy, CaseState, Instant, Level } from '../kernel/types.ts';

export type OfferStage =
  | 'draft'
  | 'submitted'
  | 'underReview'
  | 'open'
  | 'parked'
  | 'usedUp'
  | 'expired'
  | 'withdrawn'
  | 'refused'
  | 'cancelled';

export type OfferCondition = 'new' | 'usedGood';

/** Start data: what a donor can give. The name of the thing stays in MongoDB. */
export interface OfferSeed {
  readonly donorId: string;
  /** For whom: everybody of this region; null: of the whole country. */
  readonly regionCode: string | null;
  /** Codes from the province down to that region; empty for the whole country. */
  readonly regionPath: readonly string[];
  readonly category: string;
  readonly quantity: number;
  readonly unitValueFen: number;
  readonly condition: OfferCondition;
  /** Nothing is proposed from it after this. */
  readonly until: Instant;
}

export interface OfferReview {
  readonly level: Authority;
  readonly since: Instant;
  readonly dueAt: Instant;
}

export interface OfferState extends CaseState, OfferSeed {
  readonly stage: OfferStage;
  /** Levels with a cadre who may decide; a level that is not named counts as present. */
  readonly eligible: { readonly [level in Level]?: boolean };
  readonly review: OfferReview | null;
  readonly decidedBy: { readonly id: string; readonly level: Authority } | null;
  readonly outcome: string | null;
}

export interface OfferPolicy extends CasePolicy {
  /** So long may it take to find out who decides; then every level counts as present. */
  readonly routingHours: number;
  readonly reviewWorkingDays: { readonly [authority in Exclude<Authority, 'village' | 'township'>]: number };
  /** An offer stands this long at most. */
  readonly daysAtMost: number;
  /** Offers that one donor may have open at once. */
  readonly openPerDonor: number;
  /** Units of one offer. */
  readonly quantityAtMost: number;
  /** Needs to which one match proposes at most. */
  readonly proposalsPerMatch: number;
}
