import { withoutAct, type Evolve } from '../kernel/events.ts';
import type { CaseEvent } from '../kernel/types.ts';
import type { AskedEvents, ReassignEvents, ReviewedEvents } from './events.ts';
import type { Authority, ReviewedState, RoutedState } from './types.ts';

/** What no seed sets, before the first event. */
export const unrouted = (id: string) => ({
  ...{ id, stage: 'draft' as const, stageSince: 0, clock: {} },
  ...{ eligible: {}, decidedBy: null, outcome: null },
});

/** It is over: nobody's turn, nothing due. `turn`: the name of the field that says whose turn it was. */
export function endedAs<S extends RoutedState>(state: S, stage: S['stage'], outcome: string, turn = 'review'): S {
  const { parked: _parked, ...rest } = state;
  return { ...rest, stage, clock: {}, [turn]: null, outcome } as unknown as S;
}

/** It is over because somebody decided. */
export const decidedAs = <S extends RoutedState>(
  state: S,
  { stage, outcome, by }: { stage: S['stage']; outcome: string; by: Authority },
  { actor }: CaseEvent,
): S => ({ ...endedAs(state, stage, outcome), decidedBy: { id: actor.id, level: by } });

export const evolveAsked = <N extends string, S extends RoutedState>(noun: N, turn?: string) =>
  ({
    [`${noun}Submitted`]: (state: S, { clock }: { clock: S['clock'] }) => ({ ...state, stage: 'submitted', clock }),
    [`${noun}Withdrawn`]: (state: S, { because }: { because: string }) => endedAs(state, 'withdrawn', because, turn),
    [`${noun}Cancelled`]: (state: S, { reasonCode }: { reasonCode: string }) =>
      endedAs(state, 'cancelled', reasonCode, turn),
  }) as unknown as Evolve<AskedEvents<N>, S>;

export const evolveReviewed = <N extends string, S extends ReviewedState>(noun: N) => {
  const review: Evolve<ReviewedEvents<never>, S> = {
    reviewStarted: (state, { eligible, review, clock }) => ({
      ...state,
      ...{ stage: 'underReview', eligible, review, clock },
    }),
    reviewerReminded: (state) => withoutAct(state, 'remindReviewer'),
    reviewTakenOver: (state, { review, clock }) => ({ ...state, review, clock }),
    reviewRerouted: (state, { eligible, review, clock }) => ({ ...state, eligible, review, clock }),
  };
  const refused = {
    [`${noun}Refused`]: (state: S, { by, reasonCode }: { by: Authority; reasonCode: string }, event: CaseEvent) =>
      decidedAs(state, { stage: 'refused', outcome: reasonCode, by }, event),
  };
  return { ...evolveAsked<N, S>(noun), ...review, ...refused } as Evolve<ReviewedEvents<N>, S>;
};

export const evolveReassigned = <S extends ReviewedState>(): Evolve<ReassignEvents, S> => ({
  reviewReassigned: (state, { review, clock }) => ({ ...state, stage: 'underReview', review, clock }),
});

/** After parking: the deadline that people see moves with the clock. */
export const shiftReview = <S extends ReviewedState>(state: S): S =>
  state.review === null
    ? state
    : { ...state, review: { ...state.review, dueAt: state.clock['expireReview'] ?? state.review.dueAt } };
