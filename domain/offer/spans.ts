import type { Spans } from '../kernel/migration.ts';
import type { OfferPolicy, OfferState } from './types.ts';

/** What the policy sets of an offer's clock; its own end was set by the donor. */
export const offerSpans: Spans<OfferState, OfferPolicy> = ({ stage, stageSince, review }) => {
  if (stage === 'submitted') return { routeTimeout: { since: stageSince, days: (p) => p.routingHours / 24 } };
  if (stage !== 'underReview' || review === null) return {};
  const { since } = review;
  const level = review.level === 'village' || review.level === 'township' ? 'county' : review.level;
  return {
    remindReviewer: { since, days: (p) => p.reviewWorkingDays[level] / 2, working: true },
    expireReview: { since, days: (p) => p.reviewWorkingDays[level], working: true },
  };
};
