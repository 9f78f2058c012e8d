import { accept, refuse } from '../kernel/types.ts';
import { idIn, levelIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler } from './handler.ts';
import { asksPreview, previewMissing } from './preview.ts';
import { carried, startReview, type Start } from './start-review.ts';

/**
 * An operator says who decides: another level, or one cadre of it. The level gets its full time, the same one too;
 * nobody is counted as having slept. Without a review there is nothing to hand on, except where nobody could be found to begin one.
 */
export const reassignNeed: Handler = (state, { data }, context) => {
  const level = levelIn(data, 'level');
  if (level === null) return invalid('level');
  const assigneeId = data['toAccountId'] === undefined ? null : idIn(data, 'toAccountId');
  if (data['toAccountId'] !== undefined && assigneeId === null) return invalid('toAccountId');
  if (assigneeId === state.publisherId) return refuse('OWN_POSTING');
  const { review, pausedReview } = state;
  const before = review ?? pausedReview;
  if (state.stage !== 'underReview' && state.stage !== 'submitted') return refuse('NOT_ALLOWED_IN_STAGE');
  const fresh: Omit<Start, 'level'> = { of: 'posting', route: [level] };
  const { decideBy, ...rest } = before === null ? fresh : carried(before);
  // What was kept while the household corrected has no limit that still runs.
  const limit = review === null || decideBy === undefined ? {} : { decideBy };
  const started = startReview({ ...rest, ...limit, level, assigneeId }, context);
  // Where nobody could be found to begin a review the household was not asked either.
  const asked = asksPreview(review === null && previewMissing(state), context);
  return accept(happened('reviewReassigned', { from: review?.level ?? null, to: level, ...asked, ...started }));
};
