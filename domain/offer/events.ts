import { eventMaker } from '../kernel/events.ts';
import type { CaseState } from '../kernel/types.ts';
import type { ReviewedEvents } from '../reviewed/events.ts';
import type { Authority } from '../reviewed/types.ts';

/**
 * What can happen to an offer: event type → its data. Single matches and proposals are none of it: an offer's history
 * does not grow with the needs that it meets. When it is withdrawn, proposals that are not answered end with it; what is
 * accepted goes on.
 */
export type OfferEvents = ReviewedEvents<'offer'> & {
  offerApproved: { by: Authority; clock: CaseState['clock'] };
  offerUsedUp: Record<string, never>;
  /** Its time is over. Proposals made before keep their own deadline. */
  offerExpired: { approved: boolean };
};

export type OfferEventType = keyof OfferEvents;

export const happened = eventMaker<OfferEvents>();
