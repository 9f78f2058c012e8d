import type { Spans } from '../kernel/migration.ts';
import type { ApplicationPolicy, ApplicationState } from './types.ts';

/** What the policy sets of an application's clock: by this a running one goes over to other numbers. */
export const applicationSpans: Spans<ApplicationState, ApplicationPolicy> = ({ stage, stageSince, review }) => {
  if (stage === 'submitted') return { routeTimeout: { since: stageSince, days: (p) => p.routingHours / 24 } };
  if (stage !== 'underReview' || review === null) return {};
  const { since } = review;
  const level = review.level === 'village' ? 'township' : review.level;
  return {
    remindReviewer: { since, days: (p) => p.reviewWorkingDays[level] / 2, working: true },
    expireReview: { since, days: (p) => p.reviewWorkingDays[level], working: true },
  };
};
