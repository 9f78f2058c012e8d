import type { CaseEvent, JsonObject } from '../kernel/types.ts';
import type { OfferEvents, OfferEventType } from './events.ts';
import type { OfferSeed, OfferStage, OfferState } from './types.ts';

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
    id,
    stage: 'draft',
    stageSince: 0,
    clock: {},
    eligible: {},
    review: null,
    decidedBy: null,
    outcome: null,
  };
}

type Evolve<K extends OfferEventType> = (state: OfferState, data: OfferEvents[K], event: CaseEvent) => OfferState;

function ended(state: OfferState, stage: OfferStage, outcome: string): OfferState {
  const { parked: _parked, ...rest } = state;
  return { ...rest, stage, clock: {}, review: null, outcome };
}

const without = (state: OfferState, command: string): OfferState => ({
  ...state,
  clock: Object.fromEntries(Object.entries(state.clock).filter(([name]) => name !== command)),
});

const EVOLVE: { readonly [K in OfferEventType]: Evolve<K> } = {
  offerSubmitted: (state, { clock }) => ({ ...state, stage: 'submitted', clock }),
  reviewStarted: (state, { eligible, review, clock }) => ({ ...state, stage: 'underReview', eligible, review, clock }),
  reviewerReminded: (state) => without(state, 'remindReviewer'),
  reviewTakenOver: (state, { review, clock }) => ({ ...state, review, clock }),
  offerApproved: (state, { by, clock }, { actor }) => ({
    ...state,
    stage: 'open',
    clock,
    review: null,
    decidedBy: { id: actor.id, level: by },
  }),
  offerRefused: (state, { by, reasonCode }, { actor }) => ({
    ...ended(state, 'refused', reasonCode),
    decidedBy: { id: actor.id, level: by },
  }),
  offerWithdrawn: (state, { because }) => ended(state, 'withdrawn', because),
  offerUsedUp: (state) => ended(state, 'usedUp', 'usedUp'),
  offerExpired: (state) => ended(state, 'expired', 'expired'),
  offerCancelled: (state, { reasonCode }) => ended(state, 'cancelled', reasonCode),
};

export const OFFER_EVENT_TYPES = Object.keys(EVOLVE);

/** The next state. @throws Error for an event type that no offer has */
export function evolveOffer(state: OfferState, event: CaseEvent): OfferState {
  if (!(event.type in EVOLVE)) throw new Error(`offer: unknown event ${event.type}`);
  const evolve = EVOLVE[event.type as OfferEventType] as Evolve<OfferEventType>;
  return evolve(state, event.data as unknown as OfferEvents[OfferEventType], event);
}

/** After parking: the review's deadline moves with the clock; the end that the donor named does not. */
export function shiftOffer(state: OfferState): OfferState {
  const { clock, review, until } = state;
  return {
    ...state,
    clock: 'expire' in clock ? { ...clock, expire: until } : clock,
    review: review === null ? null : { ...review, dueAt: clock['expireReview'] ?? review.dueAt },
  };
}
