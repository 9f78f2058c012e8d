import { evolveBy, type Evolve } from '../kernel/events.ts';
import type { CaseState, CaseView, JsonObject, Reaction } from '../kernel/types.ts';
import type { FindingEvents } from './events.ts';
import type { FindingSeed, FindingStage, FindingState } from './types.ts';

/** The state before the first event. */
export function initialFinding(id: string, seed: JsonObject): FindingState {
  const { kind, about, regionPath } = seed as unknown as FindingSeed;
  return {
    ...{ kind, about, regionPath, id, stage: 'draft', stageSince: 0, clock: {} },
    ...{ ownerId: null, outcome: null, settledBy: null, quietUntil: null, reopened: 0, reminders: 0 },
  };
}

const owned = (state: FindingState, { ownerId, clock }: { ownerId: string; clock: CaseState['clock'] }) => ({
  ...state,
  stage: 'taken' as const,
  ownerId,
  clock,
});

function ended(state: FindingState, stage: FindingStage): FindingState {
  const { parked: _parked, ...rest } = state;
  return { ...rest, stage, clock: {} };
}

const EVOLVE: Evolve<FindingEvents, FindingState> = {
  findingReported: (state, { clock }) => ({ ...state, stage: 'open', clock }),
  findingTaken: owned,
  findingAssigned: owned,
  findingLetGo: (state, { clock }) => ({ ...state, stage: 'open', ownerId: null, clock }),
  ownerReminded: (state, { clock }) => ({ ...state, clock, reminders: state.reminders + 1 }),
  findingSettled: (state, { outcome, quietUntil, clock }, { actor }) => ({
    ...state,
    ...{ stage: 'settled', outcome, quietUntil, clock, settledBy: actor.id },
  }),
  findingReopened: (state, { clock }) => ({
    ...state,
    ...{ stage: 'open', ownerId: null, outcome: null, settledBy: null, quietUntil: null, clock },
    reopened: state.reopened + 1,
  }),
  findingClosed: (state) => ended(state, 'closed'),
  findingCancelled: (state) => ended(state, 'cancelled'),
};

export const FINDING_EVENT_TYPES = Object.keys(EVOLVE);

export const evolveFinding = evolveBy('finding', EVOLVE);

/** A finding asks for no work outside: people look into it. */
export const findingReactions = (): readonly Reaction[] => [];

export const findingView = ({ stage, regionPath }: FindingState): CaseView => ({
  waitingOn: stage === 'draft' ? 'system' : ['open', 'taken', 'parked'].includes(stage) ? 'operator' : 'nobody',
  regionPath,
  urgency: 1,
});
