import type { OfferEvents, OfferEventType } from '../offer/events.ts';
import type { OfferState } from '../offer/types.ts';
import { to, type Notify } from './notice.ts';
import { reviewNotices } from './reviewed.ts';

/** Every event of an offer, and whom it concerns. */
export const OFFER_NOTICES: { readonly [K in OfferEventType]: Notify<OfferState, OfferEvents[K]> } = {
  ...reviewNotices<'offer', OfferState>('offer', 'donor'),
  offerApproved: () => [to('donor', 'offer.approved')],
  offerUsedUp: () => [to('donor', 'offer.usedUp')],
  offerExpired: () => [to('donor', 'offer.expired')],
};
