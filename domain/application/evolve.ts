import type { CaseEvent, JsonObject } from '../kernel/types.ts';
import type { ApplicationEvents, ApplicationEventType } from './events.ts';
import type { ApplicationSeed, ApplicationStage, ApplicationState } from './types.ts';

/** The state before the first event; `seed` was checked when the application's record was made. */
export function initialApplication(id: string, seed: JsonObject): ApplicationState {
  const { applicantId, level, regionCode, regionPath } = seed as unknown as ApplicationSeed;
  return {
    applicantId,
    level,
    regionCode,
    regionPath,
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

type Evolve<K extends ApplicationEventType> = (
  state: ApplicationState,
  data: ApplicationEvents[K],
  event: CaseEvent,
) => ApplicationState;

function ended(state: ApplicationState, stage: ApplicationStage, outcome: string): ApplicationState {
  const { parked: _parked, ...rest } = state;
  return { ...rest, stage, clock: {}, review: null, outcome };
}

const without = (state: ApplicationState, command: string): ApplicationState => ({
  ...state,
  clock: Object.fromEntries(Object.entries(state.clock).filter(([name]) => name !== command)),
});

const EVOLVE: { readonly [K in ApplicationEventType]: Evolve<K> } = {
  applicationSubmitted: (state, { clock }) => ({ ...state, stage: 'submitted', clock }),
  reviewStarted: (state, { eligible, review, clock }) => ({ ...state, stage: 'underReview', eligible, review, clock }),
  reviewerReminded: (state) => without(state, 'remindReviewer'),
  reviewTakenOver: (state, { review, clock }) => ({ ...state, review, clock }),
  reviewReassigned: (state, { review, clock }) => ({ ...state, stage: 'underReview', review, clock }),
  applicationApproved: (state, { by }, { actor }) => ({
    ...ended(state, 'approved', 'approved'),
    decidedBy: { id: actor.id, level: by },
  }),
  applicationRefused: (state, { by, reasonCode }, { actor }) => ({
    ...ended(state, 'refused', reasonCode),
    decidedBy: { id: actor.id, level: by },
  }),
  applicationWithdrawn: (state, { because }) => ended(state, 'withdrawn', because),
  applicationCancelled: (state, { reasonCode }) => ended(state, 'cancelled', reasonCode),
};

export const APPLICATION_EVENT_TYPES = Object.keys(EVOLVE);

/** The next state. @throws Error for an event type that no application has */
export function evolveApplication(state: ApplicationState, event: CaseEvent): ApplicationState {
  if (!(event.type in EVOLVE)) throw new Error(`application: unknown event ${event.type}`);
  const evolve = EVOLVE[event.type as ApplicationEventType] as Evolve<ApplicationEventType>;
  return evolve(state, event.data as unknown as ApplicationEvents[ApplicationEventType], event);
}

/** After parking: the deadline that people see moves with the clock. */
export const shiftApplication = (state: ApplicationState): ApplicationState =>
  state.review === null
    ? state
    : { ...state, review: { ...state.review, dueAt: state.clock['expireReview'] ?? state.review.dueAt } };
