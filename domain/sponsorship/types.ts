import type { CasePolicy, CaseState, Instant } from '../kernel/types.ts';
import type { Delivery } from '../pledge/types.ts';

export type SponsorshipStage =
  'draft' | 'underReview' | 'running' | 'parked' | 'completed' | 'stopped' | 'refused' | 'withdrawn' | 'cancelled';

/** Start data: which needs an organisation takes on, and how much it gives. Which ones they are stays in MongoDB. */
export interface SponsorshipSeed {
  readonly donorId: string;
  /** Codes from the province down to where the needs are; empty: the whole country. */
  readonly regionPath: readonly string[];
  readonly category: string | null;
  /** How many needs were named one by one; 0: whatever fits region and category. */
  readonly listed: number;
  /** At most so many needs, and so much money for all of them and for each one; null: no such bound. */
  readonly needs: number | null;
  readonly budgetFen: number | null;
  readonly perNeedFen: number | null;
  readonly delivery: Delivery;
}

/** What has come of it so far; every number only grows. */
export interface SponsorshipTotals {
  readonly tried: number;
  readonly claimed: number;
  readonly units: number;
  readonly valueFen: number;
}

export interface SponsorshipState extends CaseState, SponsorshipSeed {
  readonly stage: SponsorshipStage;
  readonly approvedBy: { readonly id: string; readonly at: Instant } | null;
  /** Needs that were looked up for it; null before that. */
  readonly planned: number | null;
  readonly totals: SponsorshipTotals;
  /** Nothing is left to claim. */
  readonly done: boolean;
  readonly outcome: string | null;
}

export interface SponsorshipPolicy extends CasePolicy {
  /** An operator's time to decide; then the sponsorship is parked, which reminds again and again. */
  readonly reviewWorkingDays: number;
  /** The work itself may take so long. */
  readonly runDays: number;
  /** Most needs of one sponsorship. */
  readonly needsAtMost: number;
}
