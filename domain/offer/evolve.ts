import { evolveBy, type Evolve } from '../kernel/events.ts';
import type { JsonObject } from '../kernel/types.ts';
import { endedAs, evolveReviewed, shiftReview, unrouted } from '../reviewed/evolve.ts';
import type { OfferEvents } from './events.ts';
import type { OfferSeed, OfferState } from './types.ts';

/** The state before the first event; `seed` was checked when the offer's record was made. */
export function initialOffer(id: string, seed: JsonObject): OfferState {
  const { donorId, regionCode, regionPath, category, quantity, unitValueFen, condition, until } =
    seed as unknown as OfferSeed;
  return {
    donorId,
    regionCode,
    regionPath,
    category,
    quantity,
    unitValueFen,
    condition,
    until,
    ...unrouted(id),
    review: null,
  };
}

const EVOLVE: Evolve<OfferEvents, OfferState> = {
  ...evolveReviewed('offer'),
  offerApproved: (state, { by, clock }, { actor }) => ({
    ...state,
    stage: 'open',
    clock,
    review: null,
    decidedBy: { id: actor.id, level: by },
  }),
  offerUsedUp: (state) => endedAs(state, 'usedUp', 'usedUp'),
  offerExpired: (state) => endedAs(state, 'expired', 'expired'),
};

export const OFFER_EVENT_TYPES = Object.keys(EVOLVE);

export const evolveOffer = evolveBy('offer', EVOLVE);

/** After parking: the review's deadline moves with the clock; the end that the donor named does not. */
export function shiftOffer(state: OfferState): OfferState {
  const { clock, until } = state;
  return shiftReview('expire' in clock ? { ...state, clock: { ...clock, expire: until } } : state);
}
