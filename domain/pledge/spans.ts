import type { Spans } from '../kernel/migration.ts';
import type { PledgePolicy, PledgeState } from './types.ts';

/** What the policy sets of a pledge's clock, stage by stage: by this a running pledge goes over to other numbers. */
export const pledgeSpans: Spans<PledgeState, PledgePolicy> = ({ stage, stageSince: since, extended }) => {
  switch (stage) {
    case 'waiting':
      return { lapse: { since, days: (p) => p.standbyDays } };
    case 'held':
      return {
        lapse: { since, days: (p) => p.holdDays + (extended ? p.extensionDays : 0) },
        endPause: { since, days: (p) => p.holdPauseDays },
      };
    case 'sent':
      return {
        remind: { since, days: (p) => p.sentReminderDays },
        dueVisit: { since, days: (p) => p.sentVisitDays },
        expireReceipt: { since, days: (p) => p.sentExpiryDays },
      };
    case 'atPoint':
      return {
        remind: { since, days: (p) => p.pointReminderDays },
        dueVisit: { since, days: (p) => p.pointVisitDays },
        expireReceipt: { since, days: (p) => p.pointExpiryDays },
      };
    case 'disputed':
      return { escalateDispute: { since, days: (p) => p.disputeWorkingDays, working: true } };
    default:
      return {};
  }
};
