import type { Span } from '../kernel/migration.ts';
import type { Authority, ReviewedState, RoutedPolicy } from './types.ts';

/** What the policy sets of the clock of a case under review: by this a running one goes over to other numbers. */
export const reviewSpans =
  <P extends RoutedPolicy>(workingDays: (policy: P, level: Authority) => number) =>
  ({ stage, stageSince, review }: ReviewedState): { readonly [command: string]: Span<P> } => {
    if (stage === 'submitted') return { routeTimeout: { since: stageSince, days: (p) => p.routingHours / 24 } };
    if (stage !== 'underReview' || review === null) return {};
    const { since, level } = review;
    return {
      remindReviewer: { since, days: (p) => workingDays(p, level) / 2, working: true },
      expireReview: { since, days: (p) => workingDays(p, level), working: true },
    };
  };
