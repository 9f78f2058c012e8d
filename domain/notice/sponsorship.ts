import type { SponsorshipEvents, SponsorshipEventType } from '../sponsorship/events.ts';
import type { Failures, SponsorshipState } from '../sponsorship/types.ts';
import { nobody, to, type Notify } from './notice.ts';

/** `nothingFree:3,tooDear:1`: the texts turn it into words. */
const failures = (failed: Failures = {}): { readonly failed?: string } => {
  const some = Object.entries(failed).filter(([, n]) => n > 0);
  return some.length === 0 ? {} : { failed: some.map(([code, n]) => `${code}:${n}`).join(',') };
};

/** Every event of a sponsorship, and whom it concerns: thousands of needs, a handful of messages. */
export const SPONSORSHIP_NOTICES: {
  readonly [K in SponsorshipEventType]: Notify<SponsorshipState, SponsorshipEvents[K]>;
} = {
  sponsorshipSubmitted: () => [to('operators', 'sponsorship.assigned')],
  sponsorshipApproved: () => [to('donor', 'sponsorship.approved')],
  sponsorshipRefused: ({ reasonCode }) => [to('donor', 'sponsorship.refused', { reasonCode })],
  sponsorshipPlanned: nobody,
  chunkClaimed: nobody,
  workContinued: nobody,
  sponsorshipClaimed: ({ totals, failed, clock }, { after: { planned } }) => [
    to('donor', 'sponsorship.claimed', {
      claimed: totals.claimed,
      planned: planned ?? totals.tried,
      until: clock['close'] ?? 0,
      ...failures(failed),
    }),
  ],
  sendingAsked: nobody,
  chunkSent: nobody,
  sendingContinued: nobody,
  sendingFinished: ({ sent, failed, held }) => [
    to('donor', 'sponsorship.sentInPart', { sent, held, ...failures(failed) }),
  ],
  sponsorshipCompleted: ({ outcome, sent = 0, failed }, { after: { totals, planned, failed: unclaimed } }) => {
    if (outcome === 'sent') return [to('donor', 'sponsorship.sent', { sent, ...failures(failed) })];
    if (outcome === 'closed') return [to('donor', 'sponsorship.closed', { sent, claimed: totals.claimed })];
    const args = { claimed: totals.claimed, planned: planned ?? totals.tried, ...failures(unclaimed) };
    return [to('donor', outcome === 'met' ? 'sponsorship.done' : 'sponsorship.nothing', args)];
  },
  sponsorshipStopped: ({ by }) => (by === 'operator' ? [to('donor', 'sponsorship.stopped')] : []),
  sponsorshipWithdrawn: nobody,
  sponsorshipCancelled: ({ reasonCode }) => [to('donor', 'sponsorship.cancelled', { reasonCode })],
};
