import { isSampled } from './recheck.ts';

/** A share of answered outcomes is asked again by somebody who neither answered nor approved, and does not see the answer. */

export const OUTCOMES = ['good', 'partly', 'bad', 'notUsed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const SERVED_OUTCOMES: readonly string[] = ['good', 'partly'] satisfies Outcome[];

/** Whether two answers say the same: that it served, or that it did not. */
export const sameOutcome = (first: string, second: string): boolean =>
  SERVED_OUTCOMES.includes(first) === SERVED_OUTCOMES.includes(second);

/** Whether this answer is drawn: the same each time, and apart from the draw of the need's approval. */
export const isOutcomeSampled = (needId: string, question: number, percent: number): boolean =>
  isSampled(`outcome ${needId} ${question}`, percent);
