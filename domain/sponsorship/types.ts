import type { CasePolicy, CaseState, Instant } from '../kernel/types.ts';
import type { Delivery } from '../pledge/types.ts';

export type SponsorshipStage =
  | 'draft'
  | 'underReview'
  | 'running'
  | 'claimed'
  | 'sending'
  | 'parked'
  | 'completed'
  | 'stopped'
  | 'refused'
  | 'withdrawn'
  | 'cancelled';

/** How many needs for which reason: codes of the results. */
export type Failures = { readonly [code: string]: number };

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

/** What has come of sending: the sponsor asks in rounds, each goes through all that is held. */
export interface Sending {
  /** Of the last asking; answers of an earlier one ask for nothing more. */
  readonly round: number;
  /** Where the next chunk begins. */
  readonly next: number;
  readonly sent: number;
  readonly failed: Failures;
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
  /** Why needs were not claimed. */
  readonly failed?: Failures;
  /** Since when the sponsor can send; absent before that. */
  readonly claimedAt?: Instant;
  readonly sending?: Sending;
}

export interface SponsorshipPolicy extends CasePolicy {
  /** An operator's time to decide; then the sponsorship is parked, which reminds again and again. */
  readonly reviewWorkingDays: number;
  /** The work itself may take so long. */
  readonly runDays: number;
  /** The sponsor has so long to send what is claimed; versions without it end a sponsorship when all is claimed. */
  readonly sendDays?: number | undefined;
  /** Most needs of one sponsorship. */
  readonly needsAtMost: number;
}
