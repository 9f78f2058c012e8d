import type { CaseEvent, JsonObject } from '../kernel/types.ts';
import type { ComplaintEvents, ComplaintEventType } from './events.ts';
import type { ComplaintOutcome, ComplaintSeed, ComplaintStage, ComplaintState } from './types.ts';

/** The state before the first event; `seed` was checked when the complaint's record was made. */
export function initialComplaint(id: string, seed: JsonObject): ComplaintState {
  const { complainantId, about, subjectId, accusedIds, partOf, regionPath } = seed as unknown as ComplaintSeed;
  return {
    complainantId,
    about,
    subjectId,
    accusedIds,
    partOf,
    regionPath,
    id,
    stage: 'draft',
    stageSince: 0,
    clock: {},
    eligible: {},
    handling: null,
    decidedBy: null,
    objected: false,
    outcome: null,
  };
}

type Evolve<K extends ComplaintEventType> = (
  state: ComplaintState,
  data: ComplaintEvents[K],
  event: CaseEvent,
) => ComplaintState;

function ended(state: ComplaintState, stage: ComplaintStage, outcome: string): ComplaintState {
  const { parked: _parked, ...rest } = state;
  return { ...rest, stage, clock: {}, handling: null, outcome };
}

const without = (state: ComplaintState, command: string): ComplaintState => ({
  ...state,
  clock: Object.fromEntries(Object.entries(state.clock).filter(([name]) => name !== command)),
});

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

const EVOLVE: { readonly [K in ComplaintEventType]: Evolve<K> } = {
  complaintSubmitted: (state, { clock }) => ({ ...state, stage: 'submitted', clock }),
  handlingStarted: (state, { eligible, handling, clock }) => ({
    ...state,
    stage: 'handling',
    eligible,
    handling,
    clock,
  }),
  handlerReminded: (state) => without(state, 'remindHandler'),
  handlingTakenOver: (state, { handling, clock }) => ({ ...state, handling, clock }),
  complaintUpheld: (state, data, event) => decided(state, 'upheld', data.measure, data, event),
  complaintDismissed: (state, data, event) => decided(state, 'dismissed', data.reasonCode, data, event),
  complaintObjected: (state, { handling, clock }) => ({ ...state, stage: 'handling', handling, clock, objected: true }),
  complaintClosed: (state, { outcome }) => ended(state, 'closed', outcome),
  complaintWithdrawn: (state, { because }) => ended(state, 'withdrawn', because),
  complaintCancelled: (state, { reasonCode }) => ended(state, 'cancelled', reasonCode),
};

export const COMPLAINT_EVENT_TYPES = Object.keys(EVOLVE);

/** The next state. @throws Error for an event type that no complaint has */
export function evolveComplaint(state: ComplaintState, event: CaseEvent): ComplaintState {
  if (!(event.type in EVOLVE)) throw new Error(`complaint: unknown event ${event.type}`);
  const evolve = EVOLVE[event.type as ComplaintEventType] as Evolve<ComplaintEventType>;
  return evolve(state, event.data as unknown as ComplaintEvents[ComplaintEventType], event);
}

/** After parking: the deadline that people see moves with the clock. */
export const shiftComplaint = (state: ComplaintState): ComplaintState =>
  state.handling === null
    ? state
    : { ...state, handling: { ...state.handling, dueAt: state.clock['expireHandling'] ?? state.handling.dueAt } };
