import type { CaseEvent, JsonObject } from '../kernel/types.ts';
import type { HandoverEvents, HandoverEventType } from './events.ts';
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

const EVOLVE: {
  readonly [K in HandoverEventType]: (state: HandoverState, data: HandoverEvents[K]) => HandoverState;
} = {
  handoverOffered: (state, { clock }) => ({ ...state, stage: 'offered', clock }),
  receiverReminded: (state) => {
    const { remindReceiver: _done, ...clock } = state.clock;
    return { ...state, clock };
  },
  handoverAccepted: (state) => ended(state, 'accepted', 'accepted'),
  handoverRefused: (state, { reasonCode }) => ended(state, 'refused', reasonCode),
  handoverWithdrawn: (state) => ended(state, 'withdrawn', 'asked'),
  handoverLapsed: (state) => ended(state, 'lapsed', 'lapsed'),
  handoverCancelled: (state, { reasonCode }) => ended(state, 'cancelled', reasonCode),
};

export const HANDOVER_EVENT_TYPES = Object.keys(EVOLVE);

/** The next state. @throws Error for an event type that no handing over has */
export function evolveHandover(state: HandoverState, event: CaseEvent): HandoverState {
  if (!Object.hasOwn(EVOLVE, event.type)) throw new Error(`handover: unknown event ${event.type}`);
  const evolve = EVOLVE[event.type as HandoverEventType] as (state: HandoverState, data: unknown) => HandoverState;
  return evolve(state, event.data);
}
