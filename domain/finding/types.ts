import type { CasePolicy, CaseState, Instant } from '../kernel/types.ts';

export type FindingStage = 'draft' | 'open' | 'taken' | 'settled' | 'parked' | 'closed' | 'cancelled';

/** How it ended: by an operator's word, or `gone` when the sweeper no longer finds it. */
export const FINDING_OUTCOMES = ['fixed', 'harmless', 'knownFault', 'duplicate'] as const;
export type FindingOutcome = (typeof FINDING_OUTCOMES)[number] | 'gone';

/** Start data: what was found, about which case or record. Codes only. */
export interface FindingSeed {
  readonly kind: string;
  /** `need:<id>`, or the name of what it is about. */
  readonly about: string;
  readonly regionPath: readonly string[];
}

export interface FindingState extends CaseState, FindingSeed {
  readonly stage: FindingStage;
  /** The operator who looks after it. */
  readonly ownerId: string | null;
  readonly outcome: FindingOutcome | null;
  readonly settledBy: string | null;
  /** Settled by a person: until then the sweeper's next sight of it says nothing new. */
  readonly quietUntil: Instant | null;
  readonly reopened: number;
  readonly reminders: number;
}

export interface FindingPolicy extends CasePolicy {
  /** Until the operators are reminded of one that nobody has taken, again and again. */
  readonly openWorkingDays: number;
  /** The same for its owner. */
  readonly takenWorkingDays: number;
  /** So long a settled one may still be seen before it counts as found again. */
  readonly quietDays: number;
  /** Settled for this long it is closed; what is found later is a new one. */
  readonly settledDays: number;
}
