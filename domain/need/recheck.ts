import { hash32 } from '../kernel/jitter.ts';

/** A share of approved needs is reviewed again by somebody who does not know the first decision. */
export interface RecheckPolicy {
  /** Percent of a reviewer's approvals, while nothing is known of him. */
  readonly percent: number;
  /** From so many second reviews on his own record counts. */
  readonly judgedFrom: number;
  /** From this accuracy (percent) on he is sampled less. */
  readonly goodAccuracy: number;
  readonly goodPercent: number;
  /** Below this one he is sampled more. */
  readonly poorAccuracy: number;
  readonly poorPercent: number;
}

export interface ReviewerRecord {
  readonly rechecked: number;
  readonly agreed: number;
}

/** Percent of second reviews that agreed with him; null before there was one. */
export const accuracyOf = ({ rechecked, agreed }: ReviewerRecord): number | null =>
  rechecked === 0 ? null : Math.floor((agreed * 100) / rechecked);

/** His sampling rate in percent. */
export function samplingPercent(record: ReviewerRecord, policy: RecheckPolicy): number {
  const accuracy = accuracyOf(record);
  if (accuracy === null || record.rechecked < policy.judgedFrom) return policy.percent;
  if (accuracy >= policy.goodAccuracy) return policy.goodPercent;
  return accuracy < policy.poorAccuracy ? policy.poorPercent : policy.percent;
}

const SHARES = 10_000;

/** Whether this case is drawn at this rate: the same answer each time, and whoever is drawn at a rate is at each higher one. */
export const isSampled = (caseId: string, percent: number): boolean =>
  hash32(`recheck ${caseId}`) % SHARES < percent * (SHARES / 100);

/** Spares looking anybody up: no rate of this policy draws the case. */
export const neverSampled = (caseId: string, { percent, goodPercent, poorPercent }: RecheckPolicy): boolean =>
  !isSampled(caseId, Math.max(percent, goodPercent, poorPercent));

/** The first decision was an approval. */
export const agrees = (decision: 'approve' | 'return' | 'refuse'): boolean => decision === 'approve';
