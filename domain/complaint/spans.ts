import type { Spans } from '../kernel/migration.ts';
import type { ComplaintPolicy, ComplaintState } from './types.ts';

/** What the policy sets of a complaint's clock: by this a running one goes over to other numbers. */
export const complaintSpans: Spans<ComplaintState, ComplaintPolicy> = ({ stage, stageSince, handling }) => {
  if (stage === 'submitted') return { routeTimeout: { since: stageSince, days: (p) => p.routingHours / 24 } };
  if (stage === 'decided') return { finish: { since: stageSince, days: (p) => p.objectionDays } };
  if (stage !== 'handling' || handling === null) return {};
  const { since, level } = handling;
  return {
    remindHandler: { since, days: (p) => p.handlingWorkingDays[level] / 2, working: true },
    expireHandling: { since, days: (p) => p.handlingWorkingDays[level], working: true },
  };
};
