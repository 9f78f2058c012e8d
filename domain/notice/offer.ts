import type { Authority } from '../application/types.ts';
import type { OfferEvents, OfferEventType } from '../offer/events.ts';
import type { OfferState } from '../offer/types.ts';
import { cadres, nobody, to, type Notice, type NoticeArgs, type Notify } from './notice.ts';
import type { Template } from './texts.ts';

/** Those whose turn it is: the cadres of a level, or the operators. */
const deciders = (authority: Authority, template: Template, args: NoticeArgs = {}): Notice =>
  authority === 'operator'
    ? to('operators', template, { level: authority, ...args })
    : cadres(authority, template, args);

/** A review begins on some level; operators hear of levels without a cadre, unless it is their own turn anyway. */
function begun({ review, skipped }: Pick<OfferEvents['reviewStarted'], 'review' | 'skipped'>): readonly Notice[] {
  const { level, dueAt } = review;
  const passedOver = skipped.length === 0 ? {} : { skipped: skipped.join(',') };
  const report = skipped.length > 0 && level !== 'operator';
  return [
    deciders(level, 'offer.assigned', { dueAt, ...passedOver }),
    to('donor', 'offer.underReview', { level, dueAt }),
    ...(report ? [to('operators', 'offer.noCadre', { level, ...passedOver })] : []),
  ];
}

/** Every event of an offer, and whom it concerns. */
export const OFFER_NOTICES: { readonly [K in OfferEventType]: Notify<OfferState, OfferEvents[K]> } = {
  // The review that begins at once says it.
  offerSubmitted: nobody,
  reviewStarted: (data) => begun(data),
  reviewerReminded: ({ level }) => [deciders(level, 'offer.reminder')],
  reviewTakenOver: (data) => [
    ...begun(data),
    ...(data.from === 'operator' || data.from === data.to ? [] : [cadres(data.from, 'offer.lost', { by: data.to })]),
  ],
  offerApproved: () => [to('donor', 'offer.approved')],
  offerRefused: ({ by, reasonCode }) => [to('donor', 'offer.refused', { level: by, reasonCode })],
  offerWithdrawn: nobody,
  offerUsedUp: () => [to('donor', 'offer.usedUp')],
  offerExpired: () => [to('donor', 'offer.expired')],
  offerCancelled: ({ reasonCode }) => [to('donor', 'offer.cancelled', { reasonCode })],
};
