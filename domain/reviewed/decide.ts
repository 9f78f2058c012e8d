import { eventMaker } from '../kernel/events.ts';
import { parkedEvent } from '../kernel/parking.ts';
import { stageRule } from '../kernel/table.ts';
import {
  accept,
  refuse,
  type Actor,
  type By,
  type CaseState,
  type CaseTable,
  type Context,
  type Decider,
  type Decision,
  type Instant,
  type JsonObject,
  type Level,
  type NewEvent,
} from '../kernel/types.ts';
import { codeIn, eligibleIn, levelIn } from '../need/command-data.ts';
import { addDays, addWorkingDays } from '../time/calendar.ts';
import type { AskedEvents, Cause, ReassignEvents, ReviewedEvents } from './events.ts';
import { authorityAbove, type Found } from './route.ts';
import type {
  Authority,
  Eligible,
  Handler,
  Handlers,
  ReviewedState,
  RoutedPolicy,
  RoutedState,
  Turn,
} from './types.ts';

type Clock = CaseState['clock'];

export const invalid = (member: string): Decision => refuse('INVALID_REQUEST', { member });

/** Somebody's turn that begins now, on the working calendar, with a reminder at half of it. */
export function startTurn(
  level: Authority,
  workingDays: number,
  { now, policy, calendar }: Context<RoutedPolicy>,
): { turn: Turn; remindAt: Instant } {
  const dueAt = addWorkingDays(now, workingDays, policy.time, calendar);
  const remindAt = addWorkingDays(now, workingDays / 2, policy.time, calendar);
  return { turn: { level, since: now, dueAt }, remindAt };
}

/** Asking, giving it up, and finding out who decides; `begin` gives it to the first who does. */
export function askedHandlers<S extends RoutedState, P extends RoutedPolicy>(
  noun: string,
  begin: (state: S, cause: Cause, eligible: Eligible, context: Context<P>) => Decision,
  standing: (state: S) => Clock = () => ({}),
): Handlers<S, P> {
  const happened = eventMaker<AskedEvents<string>>();
  return {
    submit: (state, _command, { now, policy }) => {
      const routeTimeout = addDays(now, policy.routingHours / 24, policy.time);
      return accept(happened(`${noun}Submitted`, { clock: { routeTimeout, ...standing(state) } }));
    },
    lapse: () => accept(happened(`${noun}Withdrawn`, { because: 'lapsed' })),
    withdraw: () => accept(happened(`${noun}Withdrawn`, { because: 'asked' })),
    routed: (state, { data }, context) => {
      const eligible = eligibleIn(data);
      if (eligible === null) return invalid('eligible');
      return state.stage === 'submitted' ? begin(state, 'routed', eligible, context) : accept();
    },
    routeTimeout: (state, _command, context) => begin(state, 'routeTimeout', state.eligible, context),
    cancel: (_state, { data }) => {
      const reasonCode = codeIn(data, 'reasonCode');
      return reasonCode === null ? invalid('reasonCode') : accept(happened(`${noun}Cancelled`, { reasonCode }));
    },
  };
}

/** What one kind of reviewed case decides by itself. */
export interface ReviewRules<S, P> {
  /** First part of its event types. */
  readonly noun: string;
  /** Who decides first. */
  first(state: S, eligible: Eligible): Found;
  workingDays(policy: P, level: Authority): number;
  /** What the clock holds besides the review, all along. */
  standing?(state: S): Clock;
}

interface Move {
  readonly from: Authority;
  readonly to: Authority;
  readonly skipped: readonly Level[];
  readonly eligible: Eligible;
}

/** Who has it may have been frozen or have left: a level that has nobody any more gives it to the next one that has. */
export function rerouted(from: Authority = 'operator', data: JsonObject, told: (move: Move) => NewEvent): Decision {
  const eligible = eligibleIn(data);
  if (eligible === null) return invalid('eligible');
  if (from === 'operator' || eligible[from]) return accept();
  const { authority: to, skipped } = authorityAbove(eligible, from);
  return accept(told({ from, to, skipped: [from, ...skipped], eligible }));
}

/** A review from the asking to a refusal; approving is the kind's own. */
export function reviewHandlers<S extends ReviewedState, P extends RoutedPolicy>(
  rules: ReviewRules<S, P>,
): Handlers<S, P> {
  const { noun, first, standing = () => ({}) } = rules;
  const happened = eventMaker<ReviewedEvents<string>>();
  const begin = (state: S, cause: Cause, eligible: Eligible, context: Context<P>): Decision => {
    const { authority, skipped } = first(state, eligible);
    return accept(
      happened('reviewStarted', { cause, eligible, skipped, ...startReview(rules, authority, state, context) }),
    );
  };
  return {
    ...askedHandlers(noun, begin, standing),
    refuse: ({ review }, { data }) => {
      const reasonCode = codeIn(data, 'reasonCode');
      if (reasonCode === null) return invalid('reasonCode');
      if (review === null) return refuse('NOT_ALLOWED_IN_STAGE');
      return accept(happened(`${noun}Refused`, { by: review.level, reasonCode }));
    },
    /** An account was frozen or left its office: a level that has nobody any more gives it to the next one. */
    reroute: (state, { data }, context) =>
      rerouted(state.review?.level, data, (move) =>
        happened('reviewRerouted', { ...move, ...startReview(rules, move.to, state, context) }),
      ),
    remindReviewer: ({ review }) => accept(happened('reviewerReminded', { level: review?.level ?? 'operator' })),
    /** Overdue: one level further up; when even the operators slept, the case parks. */
    expireReview: (state, _command, context) => {
      const from = state.review?.level ?? 'operator';
      if (from === 'operator') return accept(parkedEvent(`${noun}Overdue`, context));
      const { authority: to, skipped } = authorityAbove(state.eligible, from);
      return accept(happened('reviewTakenOver', { from, to, skipped, ...startReview(rules, to, state, context) }));
    },
  };
}

function startReview<S, P extends RoutedPolicy>(
  { workingDays, standing }: ReviewRules<S, P>,
  level: Authority,
  state: S,
  context: Context<P>,
): { review: Turn; clock: Clock } {
  const { turn, remindAt } = startTurn(level, workingDays(context.policy, level), context);
  return { review: turn, clock: { remindReviewer: remindAt, expireReview: turn.dueAt, ...standing?.(state) } };
}

/** An operator hands it to a level that may decide, or to the operators. */
export const reassignReview =
  <S extends ReviewedState, P extends RoutedPolicy>(
    rules: ReviewRules<S, P>,
    mayDecide: (state: S, level: Authority) => boolean,
  ): Handler<S, P> =>
  (state, { data }, context) => {
    const to = data['level'] === 'operator' ? 'operator' : levelIn(data, 'level');
    if (to === null) return invalid('level');
    if (data['toAccountId'] !== undefined) return invalid('toAccountId');
    if (state.stage !== 'underReview' && state.stage !== 'submitted') return refuse('NOT_ALLOWED_IN_STAGE');
    if (to !== 'operator' && !mayDecide(state, to)) return refuse('NO_LEVEL_ABOVE');
    const from = state.review?.level ?? null;
    const begun = startReview(rules, to, state, context);
    return accept(eventMaker<ReassignEvents>()('reviewReassigned', { from, to, ...begun }));
  };

/** Decides any command that the table lets happen in this stage; the sender's right comes first. */
export const decideBy =
  <S extends CaseState, P extends RoutedPolicy>(
    kind: string,
    table: CaseTable,
    rightsRefusal: (state: S, actor: Actor, by: readonly By[]) => string | null,
    handlers: Handlers<S, P>,
  ): Decider<S, P>['decide'] =>
  (state, command, context) => {
    const rule = stageRule(table, state.stage).commands[command.name];
    const code = rule === undefined ? null : rightsRefusal(state, command.actor, rule.by);
    if (code !== null) return refuse(code);
    const handler = handlers[command.name];
    if (handler === undefined) throw new Error(`${kind}: nobody handles ${command.name}`);
    return handler(state, command, context);
  };
