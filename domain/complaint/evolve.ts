import { evolveBy, withoutAct, type Evolve } from '../kernel/events.ts';
import type { CaseEvent, JsonObject } from '../kernel/types.ts';
import { endedAs, evolveAsked, unrouted } from '../reviewed/evolve.ts';
import type { ComplaintEvents } from './events.ts';
import type { ComplaintOutcome, ComplaintSeed, ComplaintState } from './types.ts';

/** The state before the first event; `seed` was checked when the complaint's record was made. */
export function initialComplaint(id: string, seed: JsonObject): ComplaintState {
  const { complainantId, householdId, about, subjectId, accusedIds, partOf, regionPath } =
    seed as unknown as ComplaintSeed;
  return {
    complainantId,
    ...(householdId !== undefined && { householdId }),
    about,
    subjectId,
    accusedIds,
    partOf,
    regionPath,
    ...unrouted(id),
    handling: null,
    objected: false,
  };
}

const decided = (
  state: ComplaintState,
  outcome: ComplaintOutcome,
  code: string,
  { by, clock }: Pick<ComplaintEvents['complaintDismissed'], 'by' | 'clock'>,
  { actor }: CaseEvent,
): ComplaintState => ({
  ...state,
  stage: 'decided',
  clock,
  handling: null,
  decidedBy: { id: actor.id, level: by, outcome, code },
});

const EVOLVE: Evolve<ComplaintEvents, ComplaintState> = {
  ...evolveAsked('complaint', 'handling'),
  handlingStarted: (state, { eligible, handling, clock }) => ({
    ...state,
    stage: 'handling',
    eligible,
    handling,
    clock,
  }),
  handlerReminded: (state) => withoutAct(state, 'remindHandler'),
  handlingTakenOver: (state, { handling, clock }) => ({ ...state, handling, clock }),
  handlingRerouted: (state, { eligible, handling, clock }) => ({ ...state, eligible, handling, clock }),
  complaintUpheld: (state, data, event) => decided(state, 'upheld', data.measure, data, event),
  complaintDismissed: (state, data, event) => decided(state, 'dismissed', data.reasonCode, data, event),
  complaintObjected: (state, { handling, clock }) => ({ ...state, stage: 'handling', handling, clock, objected: true }),
  complaintClosed: (state, { outcome }) => endedAs(state, 'closed', outcome, 'handling'),
};

export const COMPLAINT_EVENT_TYPES = Object.keys(EVOLVE);

export const evolveComplaint = evolveBy('complaint', EVOLVE);

/** After parking: the deadline that people see moves with the clock. */
export const shiftComplaint = (state: ComplaintState): ComplaintState =>
  state.handling === null
    ? state
    : { ...state, handling: { ...state.handling, dueAt: state.clock['expireHandling'] ?? state.handling.dueAt } };
