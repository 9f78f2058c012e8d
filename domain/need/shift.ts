import type { Instant } from '../kernel/types.ts';
import type { NeedState, Review } from './types.ts';

/** After parking: the instants beside the clock move with it. */
export function shiftNeed(state: NeedState, byMs: number): NeedState {
  const later = (at: Instant | null): Instant | null => (at === null ? null : at + byMs);
  const { review, following, clock, pin, photosToLook, previewSince } = state;
  return {
    ...state,
    expiresAt: clock['expire'] ?? later(state.expiresAt),
    ...(pin !== undefined && { pin: { ...pin, until: clock['endPin'] ?? pin.until + byMs } }),
    ...(previewSince !== undefined && { previewSince: previewSince + byMs }),
    ...(photosToLook !== undefined && { photosToLook: { ...photosToLook, dueAt: photosToLook.dueAt + byMs } }),
    review: review === null ? null : shiftReview(review, clock, byMs),
    following: following === null ? null : { ...following, since: following.since + byMs },
  };
}

const shiftReview = (review: Review, clock: NeedState['clock'], byMs: number): Review => ({
  ...review,
  dueAt: clock['expireReview'] ?? review.dueAt + byMs,
  ...(review.decideBy !== undefined && { decideBy: clock['expireDecision'] ?? review.decideBy + byMs }),
});
