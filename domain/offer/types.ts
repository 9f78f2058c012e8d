import type { Instant } from '../kernel/types.ts';
import type { Authority, ReviewedState, RoutedPolicy } from '../reviewed/types.ts';

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

export interface OfferState extends ReviewedState, OfferSeed {
  readonly regionPath: readonly string[];
  readonly stage: OfferStage;
}

export interface OfferPolicy extends RoutedPolicy {
  readonly reviewWorkingDays: { readonly [authority in Exclude<Authority, 'village' | 'township'>]: number };
  /** An offer stands this long at most. */
  readonly daysAtMost: number;
  /** Offers that one donor may have open at once. */
  readonly openPerDonor: number;
  /** Units of one offer. */
  readonly quantityAtMost: number;
  /** Needs to which one match proposes at most. */
  readonly proposalsPerMatch: number;
  /** So much alike, of 100, must the names of two things be to mean the same. */
  readonly alikePercent?: number | undefined;
}
