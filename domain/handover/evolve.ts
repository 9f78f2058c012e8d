import { evolveBy, withoutAct, type Evolve } from '../kernel/events.ts';
import type { JsonObject } from '../kernel/types.ts';
import type { HandoverEvents } from './events.ts';
import type { HandoverSeed, HandoverStage, HandoverState } from './types.ts';

/** The state before the first event; `seed` was checked when the record was made. */
export function initialHandover(id: string, seed: JsonObject): HandoverState {
  const { giverId, receiverId, level, regionCode, regionPath, needIds } = seed as unknown as HandoverSeed;
  return {
    ...{ giverId, receiverId, level, regionCode, regionPath, needIds },
    ...{ id, stage: 'draft', stageSince: 0, clock: {}, outcome: null },
  };
}

function ended(state: HandoverState, stage: HandoverStage, outcome: string): HandoverState {
  const { parked: _parked, ...rest } = state;
  return { ...rest, stage, clock: {}, outcome };
}

const EVOLVE: Evolve<HandoverEvents, HandoverState> = {
  handoverOffered: (state, { clock }) => ({ ...state, stage: 'offered', clock }),
  receiverReminded: (state) => withoutAct(state, 'remindReceiver'),
  handoverAccepted: (state) => ended(state, 'accepted', 'accepted'),
  handoverRefused: (state, { reasonCode }) => ended(state, 'refused', reasonCode),
  handoverWithdrawn: (state) => ended(state, 'withdrawn', 'asked'),
  handoverLapsed: (state) => ended(state, 'lapsed', 'lapsed'),
  handoverCancelled: (state, { reasonCode }) => ended(state, 'cancelled', reasonCode),
};

export const HANDOVER_EVENT_TYPES = Object.keys(EVOLVE);

export const evolveHandover = evolveBy('handover', EVOLVE);
