import type { CaseState, Instant, Level } from '../kernel/types.ts';
import { addDays, addWorkingDays, workingDaysBetween } from '../time/calendar.ts';
import type { NeedContext } from './handler.ts';
import type { Following, NeedPolicy, NeedState } from './types.ts';

/** When the clock acts next, stage by stage. Always absolute; "days" are those of the policy's time rule. */
type Clock = CaseState['clock'];

export const daysFrom = (from: Instant, days: number, { policy }: NeedContext): Instant =>
  addDays(from, days, policy.time);

export const inDays = (days: number, context: NeedContext): Instant => daysFrom(context.now, days, context);

export const inWorkingDays = (days: number, { now, policy, calendar }: NeedContext): Instant =>
  addWorkingDays(now, days, policy.time, calendar);

/** Working days left until `dueAt`, never below 0. */
export const workingDaysLeft = (dueAt: Instant, { now, policy, calendar }: NeedContext): number =>
  Math.max(0, workingDaysBetween(now, dueAt, policy.time, calendar));

export const reviewDays = (level: Level, { policy }: NeedContext): number => policy.reviewWorkingDays[level];

export const reviewClock = (workingDays: number, context: NeedContext): Clock => ({
  remindReviewer: inWorkingDays(workingDays / 2, context),
  expireReview: inWorkingDays(workingDays, context),
});

export const screeningClock = (context: NeedContext): Clock => ({
  screenTimeout: inDays(context.policy.screeningHours / 24, context),
});

export const matchedClock = (context: NeedContext): Clock => ({ stall: inDays(context.policy.matchedDays, context) });

export const appealClock = (context: NeedContext): Clock => ({ finish: inDays(context.policy.appealDays, context) });

export const lifetimeFrom = (from: Instant, { urgency }: Pick<NeedState, 'urgency'>, context: NeedContext): Instant =>
  daysFrom(from, context.policy.lifetimeDays[urgency], context);

/**
 * Questions come at `outcomeDays` after the start, an overdue one a day from now at the earliest, so that a case that
 * slept long does not ask everything at once.
 */
export function followingClock(following: Following, visitAt: Instant | null, context: NeedContext): Clock {
  const { outcomeDays, followingDays } = context.policy;
  const tomorrow = inDays(1, context);
  const next = outcomeDays[following.asked];
  const ask = next === undefined ? {} : { askOutcome: atLeast(daysFrom(following.since, next, context), tomorrow) };
  const visit = visitAt === null ? {} : { dueVisit: visitAt };
  return { finish: atLeast(daysFrom(following.since, followingDays, context), tomorrow), ...ask, ...visit };
}

const atLeast = (at: Instant, earliest: Instant): Instant => Math.max(at, earliest);

/** What a policy without the value meant to say: nothing could be paused then. */
const PAUSE_DAYS = 30;
export const pauseDaysOf = ({ pauseDays = PAUSE_DAYS }: NeedPolicy): number => pauseDays;

/** Milliseconds of public life left; it stands still while the need is off the public list. Negative when it is over. */
export const lifetimeLeft = ({ lifetimeLeftMs, expiresAt }: NeedState, { now }: NeedContext): number =>
  lifetimeLeftMs ?? (expiresAt === null ? 0 : expiresAt - now);
