import { parkedEvent } from '../kernel/parking.ts';
import { stageRule } from '../kernel/table.ts';
import { accept, refuse, type CaseState, type Decider } from '../kernel/types.ts';
import { codeIn, eligibleIn, levelIn } from '../need/command-data.ts';
import { isAbove } from '../region/region.ts';
import { addDays, addWorkingDays } from '../time/calendar.ts';
import { happened, type ApplicationEvents } from './events.ts';
import { invalid, type ApplicationContext, type Handler, type Handlers } from './handler.ts';
import { rightsRefusal } from './rights.ts';
import { authorityAbove } from './route.ts';
import { applicationTable } from './table.ts';
import type { ApplicationPolicy, ApplicationReview, ApplicationState, Authority } from './types.ts';

const submit: Handler = (_state, _command, { now, policy }) =>
  accept(
    happened('applicationSubmitted', { clock: { routeTimeout: addDays(now, policy.routingHours / 24, policy.time) } }),
  );

const lapse: Handler = () => accept(happened('applicationWithdrawn', { because: 'lapsed' }));
const withdraw: Handler = () => accept(happened('applicationWithdrawn', { because: 'asked' }));

/** A review that begins now; a village cadre decides on nobody's office. */
function startReview(
  level: Authority,
  { now, policy, calendar }: ApplicationContext,
): { review: ApplicationReview; clock: CaseState['clock'] } {
  const days = policy.reviewWorkingDays[level === 'village' ? 'township' : level];
  const dueAt = addWorkingDays(now, days, policy.time, calendar);
  const remindReviewer = addWorkingDays(now, days / 2, policy.time, calendar);
  return { review: { level, since: now, dueAt }, clock: { remindReviewer, expireReview: dueAt } };
}

const begin = (
  state: ApplicationState,
  cause: ApplicationEvents['reviewStarted']['cause'],
  eligible: ApplicationState['eligible'],
  context: ApplicationContext,
) => {
  const { authority, skipped } = authorityAbove({ eligible }, state.level);
  return accept(happened('reviewStarted', { cause, eligible, skipped, ...startReview(authority, context) }));
};

const routed: Handler = (state, { data }, context) => {
  const eligible = eligibleIn(data);
  if (eligible === null) return invalid('eligible');
  return state.stage === 'submitted' ? begin(state, 'routed', eligible, context) : accept();
};

const routeTimeout: Handler = (state, _command, context) => begin(state, 'routeTimeout', state.eligible, context);

const approve: Handler = ({ review }) =>
  review === null ? refuse('NOT_ALLOWED_IN_STAGE') : accept(happened('applicationApproved', { by: review.level }));

const refuseOffice: Handler = ({ review }, { data }) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  if (review === null) return refuse('NOT_ALLOWED_IN_STAGE');
  return accept(happened('applicationRefused', { by: review.level, reasonCode }));
};

const remindReviewer: Handler = ({ review }) =>
  accept(happened('reviewerReminded', { level: review?.level ?? 'operator' }));

/** Overdue: one level further up; when even the operators slept, the case parks. */
const expireReview: Handler = (state, _command, context) => {
  if (state.review === null || state.review.level === 'operator') {
    return accept(parkedEvent('applicationOverdue', context));
  }
  const { level: from } = state.review;
  const { authority: to, skipped } = authorityAbove(state, from);
  return accept(happened('reviewTakenOver', { from, to, skipped, ...startReview(to, context) }));
};

/** An operator hands it to a level above the office, or to the operators. */
export const reassignApplication: Handler = (state, { data }, context) => {
  const to = data['level'] === 'operator' ? 'operator' : levelIn(data, 'level');
  if (to === null) return invalid('level');
  if (data['toAccountId'] !== undefined) return invalid('toAccountId');
  if (state.stage !== 'underReview' && state.stage !== 'submitted') return refuse('NOT_ALLOWED_IN_STAGE');
  if (to !== 'operator' && !isAbove(to, state.level)) return refuse('NO_LEVEL_ABOVE');
  const from = state.review?.level ?? null;
  return accept(happened('reviewReassigned', { from, to, ...startReview(to, context) }));
};

const cancel: Handler = (_state, { data }) => {
  const reasonCode = codeIn(data, 'reasonCode');
  return reasonCode === null ? invalid('reasonCode') : accept(happened('applicationCancelled', { reasonCode }));
};

const HANDLERS: Handlers = {
  submit,
  lapse,
  withdraw,
  routed,
  routeTimeout,
  approve,
  refuse: refuseOffice,
  remindReviewer,
  expireReview,
  cancel,
};

/** Decides any command that the table lets happen in this stage; the sender's right comes first. */
export const decideApplication: Decider<ApplicationState, ApplicationPolicy>['decide'] = (state, command, context) => {
  const rule = stageRule(applicationTable, state.stage).commands[command.name];
  const code = rule === undefined ? null : rightsRefusal(state, command.actor, rule.by);
  if (code !== null) return refuse(code);
  const handler = HANDLERS[command.name];
  if (handler === undefined) throw new Error(`application: nobody handles ${command.name}`);
  return handler(state, command, context);
};
