import type { CaseState } from '../kernel/types.ts';
import { addDays, addWorkingDays } from '../time/calendar.ts';
import type { PledgeContext } from './handler.ts';

type Clock = CaseState['clock'];

/** Reminder, visit and end of waiting, counted from now: the day it was sent, or the day it came to the point. */
export function receiptClock(stage: 'sent' | 'atPoint', { now, policy }: PledgeContext): Clock {
  const [remind, visit, expiry] =
    stage === 'sent'
      ? [policy.sentReminderDays, policy.sentVisitDays, policy.sentExpiryDays]
      : [policy.pointReminderDays, policy.pointVisitDays, policy.pointExpiryDays];
  return {
    remind: addDays(now, remind, policy.time),
    dueVisit: addDays(now, visit, policy.time),
    expireReceipt: addDays(now, expiry, policy.time),
  };
}

export const disputeClock = ({ now, policy, calendar }: PledgeContext): Clock => ({
  escalateDispute: addWorkingDays(now, policy.disputeWorkingDays, policy.time, calendar),
});
