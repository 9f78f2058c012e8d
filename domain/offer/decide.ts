import type { Authority } from '../application/types.ts';
import { authorityAbove } from '../application/route.ts';
import { parkedEvent } from '../kernel/parking.ts';
import { stageRule } from '../kernel/table.ts';
import {
  accept,
  refuse,
  type CaseState,
  type Command,
  type Context,
  type Decider,
  type Decision,
} from '../kernel/types.ts';
import { codeIn, eligibleIn } from '../need/command-data.ts';
import { addDays, addWorkingDays } from '../time/calendar.ts';
import { happened, type OfferEvents } from './events.ts';
import { rightsRefusal } from './rights.ts';
import { moderatorOf } from './route.ts';
import { offerTable } from './table.ts';
import type { OfferPolicy, OfferReview, OfferState } from './types.ts';

type OfferContext = Context<OfferPolicy>;
/** Decides one command. Stage, sender and due time were checked before. */
type Handler = (state: OfferState, command: Command, context: OfferContext) => Decision;

const invalid = (member: string): Decision => refuse('INVALID_REQUEST', { member });

const submit: Handler = ({ until }, _command, { now, policy }) => {
  if (until <= now) return invalid('until');
  const routeTimeout = addDays(now, policy.routingHours / 24, policy.time);
  return accept(happened('offerSubmitted', { clock: { routeTimeout, expire: until } }));
};

const lapse: Handler = () => accept(happened('offerWithdrawn', { because: 'lapsed' }));
const withdraw: Handler = () => accept(happened('offerWithdrawn', { because: 'asked' }));

/** A review that begins now; villages and townships moderate nobody's offer. */
function startReview(
  level: Authority,
  { until }: OfferState,
  { now, policy, calendar }: OfferContext,
): { review: OfferReview; clock: CaseState['clock'] } {
  const days = policy.reviewWorkingDays[level === 'village' || level === 'township' ? 'county' : level];
  const dueAt = addWorkingDays(now, days, policy.time, calendar);
  const remindReviewer = addWorkingDays(now, days / 2, policy.time, calendar);
  return { review: { level, since: now, dueAt }, clock: { remindReviewer, expireReview: dueAt, expire: until } };
}

function begin(
  state: OfferState,
  cause: OfferEvents['reviewStarted']['cause'],
  eligible: OfferState['eligible'],
  context: OfferContext,
) {
  const { authority, skipped } = moderatorOf({ eligible, regionCode: state.regionCode });
  return accept(happened('reviewStarted', { cause, eligible, skipped, ...startReview(authority, state, context) }));
}

const routed: Handler = (state, { data }, context) => {
  const eligible = eligibleIn(data);
  if (eligible === null) return invalid('eligible');
  return state.stage === 'submitted' ? begin(state, 'routed', eligible, context) : accept();
};

const routeTimeout: Handler = (state, _command, context) => begin(state, 'routeTimeout', state.eligible, context);

const approve: Handler = ({ review, until }) =>
  review === null
    ? refuse('NOT_ALLOWED_IN_STAGE')
    : accept(happened('offerApproved', { by: review.level, clock: { expire: until } }));

const refuseOffer: Handler = ({ review }, { data }) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  if (review === null) return refuse('NOT_ALLOWED_IN_STAGE');
  return accept(happened('offerRefused', { by: review.level, reasonCode }));
};

const remindReviewer: Handler = ({ review }) =>
  accept(happened('reviewerReminded', { level: review?.level ?? 'operator' }));

/** Overdue: one level further up; when even the operators slept, the case parks. */
const expireReview: Handler = (state, _command, context) => {
  if (state.review === null || state.review.level === 'operator') return accept(parkedEvent('offerOverdue', context));
  const { level: from } = state.review;
  const { authority: to, skipped } = authorityAbove(state, from);
  return accept(happened('reviewTakenOver', { from, to, skipped, ...startReview(to, state, context) }));
};

/** Nothing is left and nobody has to answer: what was sent goes on by itself. */
const reportTally: Handler = ({ stage }, { data }) =>
  stage === 'open' && data['left'] === 0 && data['open'] === 0 ? accept(happened('offerUsedUp', {})) : accept();

const expire: Handler = ({ decidedBy }) => accept(happened('offerExpired', { approved: decidedBy !== null }));

const cancel: Handler = (_state, { data }) => {
  const reasonCode = codeIn(data, 'reasonCode');
  return reasonCode === null ? invalid('reasonCode') : accept(happened('offerCancelled', { reasonCode }));
};

const HANDLERS: { readonly [command: string]: Handler } = {
  submit,
  lapse,
  withdraw,
  routed,
  routeTimeout,
  approve,
  refuse: refuseOffer,
  remindReviewer,
  expireReview,
  reportTally,
  expire,
  cancel,
};

/** Decides any command that the table lets happen in this stage; the sender's right comes first. */
export const decideOffer: Decider<OfferState, OfferPolicy>['decide'] = (state, command, context) => {
  const rule = stageRule(offerTable, state.stage).commands[command.name];
  const code = rule === undefined ? null : rightsRefusal(state, command.actor, rule.by);
  if (code !== null) return refuse(code);
  const handler = HANDLERS[command.name];
  if (handler === undefined) throw new Error(`offer: nobody handles ${command.name}`);
  return handler(state, command, context);
};
