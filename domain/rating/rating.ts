import type { Actor, Instant } from '../kernel/types.ts';
import { addDays, type TimeRule } from '../time/calendar.ts';

/**
 * Donor and household rate each other, pledge by pledge.
 *
 * A rating is a record of its own beside the cases. A pledge that was received has ended: its workflow is gone, and keeping it open
 * for months for the sake of two numbers would make every delivery a case that waits. The need does go on, yet a need with
 * five hundred donors would then take a thousand ratings, and no history may grow with the number of donors. Nothing waits for
 * a rating and no clock runs for it, so it needs no case: this rule decides, and the record's id (pledge and side) keeps it
 * to one of each.
 */

export type RatedBy = 'donor' | 'recipient';

/** The part of a pledge that says who may rate it. */
export interface RatedPledge {
  readonly stage: string;
  /** When it was received, once it was. */
  readonly stageSince: Instant;
  readonly donorId: string;
  readonly householdId: string;
}

/** On which side he stands; null for everybody else, those who serve among them. */
export function raterOf({ donorId, householdId }: RatedPledge, actor: Actor): RatedBy | null {
  if (actor.id === donorId) return 'donor';
  return actor.householdId !== undefined && actor.householdId === householdId ? 'recipient' : null;
}

export const STARS = { min: 1, max: 5 } as const;

export interface RatingContext {
  readonly now: Instant;
  readonly policy: { readonly ratingDays: number };
  readonly time: TimeRule;
}

export type RatingDecision =
  { readonly ok: true; readonly by: RatedBy } | { readonly ok: false; readonly code: RatingRefusal };
export type RatingRefusal = 'NOT_PERMITTED' | 'NOT_ALLOWED_IN_STAGE' | 'TOO_LATE' | 'INVALID_REQUEST';

const no = (code: RatingRefusal): RatingDecision => ({ ok: false, code });

/** Whether this person may give these stars for this pledge now. That he has not before, the record's id says. */
export function decideRating(
  pledge: RatedPledge,
  actor: Actor,
  stars: number,
  { now, policy, time }: RatingContext,
): RatingDecision {
  const by = raterOf(pledge, actor);
  if (by === null) return no('NOT_PERMITTED');
  if (!Number.isSafeInteger(stars) || stars < STARS.min || stars > STARS.max) return no('INVALID_REQUEST');
  if (pledge.stage !== 'received') return no('NOT_ALLOWED_IN_STAGE');
  return now > addDays(pledge.stageSince, policy.ratingDays, time) ? no('TOO_LATE') : { ok: true, by };
}
