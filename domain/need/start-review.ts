import type { Level } from '../kernel/types.ts';
import type { NeedContext } from './handler.ts';
import { reviewClock, reviewDays } from './times.ts';
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
}

/** A review that begins now on `level`. */
export function startReview(start: Start, context: NeedContext): Started {
  const { of, route, level } = start;
  const clock = reviewClock(start.workingDays ?? reviewDays(level, context), context);
  const dueAt = clock['expireReview'] ?? context.now;
  const { assigneeId = null, advice = null } = start;
  return { review: { of, route, level, since: context.now, dueAt, assigneeId, askedBy: null, advice }, clock };
}
