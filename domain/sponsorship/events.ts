import { eventMaker } from '../kernel/events.ts';
import type { CaseState } from '../kernel/types.ts';
import type { Failures, SponsorshipTotals } from './types.ts';

type Clock = CaseState['clock'];

/** What can happen to a sponsorship: event type → its data. */
export interface SponsorshipEvents {
  sponsorshipSubmitted: { clock: Clock };
  sponsorshipApproved: { clock: Clock };
  sponsorshipRefused: { reasonCode: string };
  sponsorshipPlanned: { planned: number };
  /** A chunk of needs is claimed; the totals are those of all chunks. `left`: whether there is more to do. */
  chunkClaimed: { totals: SponsorshipTotals; left: boolean; failed?: Failures };
  /** An operator lets it go on: the work is asked for again. */
  workContinued: { planned: boolean };
  /** Everything is claimed: the sponsor sends. */
  sponsorshipClaimed: { by: 'done' | 'donor' | 'operator'; totals: SponsorshipTotals; failed: Failures; clock: Clock };
  sendingAsked: { round: number; clock: Clock };
  /** A chunk of pledges is marked as sent; the numbers are those of all rounds. */
  chunkSent: { round: number; next: number; sent: number; failed: Failures; left: boolean };
  sendingContinued: { round: number; next: number };
  /** A round is through and something is still held. */
  sendingFinished: { sent: number; failed: Failures; held: number; clock: Clock };
  /** `sent`: nothing is held any more; `closed`: the time for sending is over. */
  sponsorshipCompleted: { outcome: 'met' | 'nothingFound' | 'sent' | 'closed'; sent?: number; failed?: Failures };
  sponsorshipStopped: { by: 'donor' | 'operator' };
  sponsorshipWithdrawn: { because: 'asked' | 'lapsed' };
  sponsorshipCancelled: { reasonCode: string };
}

export type SponsorshipEventType = keyof SponsorshipEvents;

export const happened = eventMaker<SponsorshipEvents>();
