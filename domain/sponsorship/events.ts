import type { CaseState, JsonObject, NewEvent } from '../kernel/types.ts';
import type { SponsorshipTotals } from './types.ts';

type Clock = CaseState['clock'];

/** What can happen to a sponsorship: event type → its data. */
export interface SponsorshipEvents {
  sponsorshipSubmitted: { clock: Clock };
  sponsorshipApproved: { clock: Clock };
  sponsorshipRefused: { reasonCode: string };
  sponsorshipPlanned: { planned: number };
  /** A chunk of needs is claimed; the totals are those of all chunks. `left`: whether there is more to do. */
  chunkClaimed: { totals: SponsorshipTotals; left: boolean };
  /** An operator lets it go on: the work is asked for again. */
  workContinued: { planned: boolean };
  sponsorshipCompleted: { outcome: 'met' | 'nothingFound' };
  sponsorshipStopped: { by: 'donor' | 'operator' };
  sponsorshipWithdrawn: { because: 'asked' | 'lapsed' };
  sponsorshipCancelled: { reasonCode: string };
}

export type SponsorshipEventType = keyof SponsorshipEvents;

/** Makes an event whose data fits its type. */
export const happened = <K extends SponsorshipEventType>(type: K, data: SponsorshipEvents[K]): NewEvent => ({
  type,
  data: data as unknown as JsonObject,
});
