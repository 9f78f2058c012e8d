import type { Instant, Level } from '../kernel/types.ts';
import type { NeedContext } from './handler.ts';
import { inWorkingDays, reviewClock, reviewDays } from './times.ts';
import type { NeedState, Review } from './types.ts';

export type Started = { readonly review: Review; readonly clock: NeedState['clock'] };

/** Which review, on which level; without `workingDays` the level gets its full time. */
export interface Start {
  readonly of: Review['of'];
  readonly route: readonly Level[];
  readonly level: Level;
  readonly workingDays?: number;
  readonly assigneeId?: string | null;
  readonly advice?: string | null;
  readonly first?: Review['first'];
  /** The overall limit as it runs already; null: it has passed. Without it a new one begins now. */
  readonly decideBy?: Instant | null;
}

/** What goes with a review to whichever level it comes next. */
export const carried = ({ of, route, advice, first, decideBy }: Review): Omit<Start, 'level'> => ({
  of,
  route,
  advice,
  ...(first !== undefined && { first }),
  decideBy: decideBy ?? null,
});

/** A review that begins now on `level`. */
export function startReview(start: Start, context: NeedContext): Started {
  const { of, route, level, first } = start;
  const days = reviewClock(start.workingDays ?? reviewDays(level, context), context);
  const dueAt = days['expireReview'] ?? context.now;
  const { assigneeId = null, advice = null } = start;
  const decideBy = start.decideBy === undefined ? decisionDue(context) : start.decideBy;
  const overall = decideBy === null ? {} : { decideBy };
  return {
    review: {
      of,
      route,
      level,
      since: context.now,
      dueAt,
      assigneeId,
      askedBy: null,
      advice,
      ...(first !== undefined && { first }),
      ...overall,
    },
    clock: decideBy === null ? days : { ...days, expireDecision: decideBy },
  };
}

/** The overall limit of what is submitted now; null under a policy without one. */
export const decisionDue = (context: NeedContext): Instant | null => {
  const days = context.policy.decisionWorkingDays;
  return days === undefined ? null : inWorkingDays(days, context);
};
