import { evolveBy, type Evolve } from '../kernel/events.ts';
import type { JsonObject } from '../kernel/types.ts';
import type { SponsorshipEvents } from './events.ts';
import type { SponsorshipSeed, SponsorshipStage, SponsorshipState } from './types.ts';

/** The state before the first event; `seed` was checked when the sponsorship's record was made. */
export function initialSponsorship(id: string, seed: JsonObject): SponsorshipState {
  return {
    ...(seed as unknown as SponsorshipSeed),
    id,
    stage: 'draft',
    stageSince: 0,
    clock: {},
    approvedBy: null,
    planned: null,
    totals: { tried: 0, claimed: 0, units: 0, valueFen: 0 },
    done: false,
    outcome: null,
  };
}

function ended(state: SponsorshipState, stage: SponsorshipStage, outcome: string): SponsorshipState {
  const { parked: _parked, ...rest } = state;
  return { ...rest, stage, clock: {}, outcome };
}

const EVOLVE: Evolve<SponsorshipEvents, SponsorshipState> = {
  sponsorshipSubmitted: (state, { clock }) => ({ ...state, stage: 'underReview', clock }),
  sponsorshipApproved: (state, { clock }, { actor, at }) => ({
    ...state,
    stage: 'running',
    clock,
    approvedBy: { id: actor.id, at },
  }),
  sponsorshipRefused: (state, { reasonCode }) => ended(state, 'refused', reasonCode),
  sponsorshipPlanned: (state, { planned }) => ({ ...state, planned, done: planned === 0 }),
  chunkClaimed: (state, { totals, left, failed }) => ({
    ...state,
    totals,
    // An answer that comes after a stop opens nothing again.
    done: state.done || !left,
    ...(failed !== undefined && { failed }),
  }),
  sponsorshipClaimed: (state, { clock }, { at }) => ({ ...state, stage: 'claimed', clock, done: true, claimedAt: at }),
  sendingAsked: (state, { round, clock }) => ({
    ...state,
    stage: 'sending',
    clock,
    sending: { sent: 0, failed: {}, ...state.sending, round, next: 0 },
  }),
  chunkSent: (state, { round, next, sent, failed }) => {
    const asked = state.sending?.round ?? round;
    return { ...state, sending: { round: asked, next: asked === round ? next : 0, sent, failed } };
  },
  sendingContinued: (state) => state,
  sendingFinished: (state, { clock }) => ({ ...state, stage: 'claimed', clock }),
  workContinued: (state) => state,
  sponsorshipCompleted: (state, { outcome }) => ended(state, 'completed', outcome),
  sponsorshipStopped: (state, { by }) => ended(state, 'stopped', by),
  sponsorshipWithdrawn: (state, { because }) => ended(state, 'withdrawn', because),
  sponsorshipCancelled: (state, { reasonCode }) => ended(state, 'cancelled', reasonCode),
};

export const SPONSORSHIP_EVENT_TYPES = Object.keys(EVOLVE);

export const evolveSponsorship = evolveBy('sponsorship', EVOLVE);
