import type { CaseEvent, CaseState, Instant } from '../kernel/types.ts';

/** Points that follow from what happened. They say how things went; no decision about anybody ever looks at them. */

export const SCORE_KINDS = ['donor', 'household', 'reviewer', 'village'] as const;
export type ScoreKind = (typeof SCORE_KINDS)[number];

/** Whose score: an account's as donor or reviewer, a household's, or a village's by its code. */
export interface ScoreSubject {
  readonly kind: ScoreKind;
  readonly id: string;
}

/** Rules with a fixed number of points each. */
export const FIXED_RULES = [
  'donorDelivered',
  'donorServed',
  'donorLapsed',
  'donorFailed',
  'householdConfirmed',
  'householdAnswered',
  'householdThanked',
  'approvalServed',
  'approvalUnused',
  'approvalDoubted',
  'recheckAgreed',
  'recheckDiffered',
  'villageServed',
  'villageUnused',
  'villageSlept',
  'villageCheckAgreed',
  'villageCheckDiffered',
] as const;
export type FixedRule = (typeof FIXED_RULES)[number];

/** Rules whose points depend on the stars. */
export const STAR_RULES = ['villageRated', 'donorRated', 'householdRated'] as const;
export type StarRule = (typeof STAR_RULES)[number];

/** `correction`: an appeal against the score was upheld, with its own number of points. */
export type ScoreRule = FixedRule | StarRule | 'correction';

/** What one fact is worth for one subject, before the policy says how much. */
export interface Merit {
  readonly subject: ScoreSubject;
  readonly rule: ScoreRule;
  /** Of a rule of stars, 1 to 5. */
  readonly stars?: number;
  /** Of a correction. */
  readonly points?: number;
}

/** One line of the ledger. Ids, codes and numbers only. */
export interface ScoreEntry {
  /** Source, rule and subject: the same fact never counts twice. */
  readonly id: string;
  readonly subject: ScoreSubject;
  readonly rule: ScoreRule;
  readonly points: number;
  /** `need:<id>:<seq>` of an event; `recheck:<id>` and the like of a record with a decision of its own. */
  readonly source: string;
  readonly at: Instant;
  readonly policyVersion: string;
}

export interface ScorePolicy {
  readonly points: { readonly [rule in FixedRule]: number };
  /** For one star to five. */
  readonly starPoints: readonly number[];
  /** Points from which the levels above the ordinary one begin, rising. */
  readonly levels: readonly number[];
  /** So long after receipt the two sides of a pledge may rate each other. */
  readonly ratingDays: number;
}

/** A pledge that was received for the need before the event; its end never changes. */
export interface Gift {
  readonly donorId: string;
  readonly marks: readonly string[];
}

/** One event of a case with the case's state around it. */
export interface Step {
  readonly event: CaseEvent;
  readonly before: CaseState;
  readonly after: CaseState;
}
