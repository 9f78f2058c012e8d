import type { Authority } from '../application/types.ts';
import type { CaseState, JsonObject, Level, NewEvent } from '../kernel/types.ts';
import type { OfferReview, OfferState } from './types.ts';

type Clock = CaseState['clock'];

/** What can happen to an offer: event type → its data. Single matches and proposals are none of it: an offer's history
 * does not grow with the needs that it meets. */
export interface OfferEvents {
  offerSubmitted: { clock: Clock };
  /** `skipped`: levels without anybody who may decide; reported to the operators. */
  reviewStarted: {
    cause: 'routed' | 'routeTimeout';
    eligible: OfferState['eligible'];
    skipped: readonly Level[];
    review: OfferReview;
    clock: Clock;
  };
  reviewerReminded: { level: Authority };
  /** Overdue: `from` slept and `to` decides instead. */
  reviewTakenOver: {
    from: Authority;
    to: Authority;
    skipped: readonly Level[];
    review: OfferReview;
    clock: Clock;
  };
  offerApproved: { by: Authority; clock: Clock };
  offerRefused: { by: Authority; reasonCode: string };
  /** Proposals that are not answered end with it; what is accepted goes on. */
  offerWithdrawn: { because: 'asked' | 'lapsed' };
  offerUsedUp: Record<string, never>;
  /** Its time is over. Proposals made before keep their own deadline. */
  offerExpired: { approved: boolean };
  offerCancelled: { reasonCode: string };
}

export type OfferEventType = keyof OfferEvents;

/** Makes an event whose data fits its type. */
export const happened = <K extends OfferEventType>(type: K, data: OfferEvents[K]): NewEvent => ({
  type,
  data: data as unknown as JsonObject,
});
