import type { Authority } from '../application/types.ts';
import { authorityAbove, type Found } from '../application/route.ts';
import { parkedEvent } from '../kernel/parking.ts';
import { stageRule } from '../kernel/table.ts';
import { accept, refuse, type CaseState, type Decider, type Decision } from '../kernel/types.ts';
import { codeIn, eligibleIn } from '../need/command-data.ts';
import { addDays, addWorkingDays } from '../time/calendar.ts';
import { happened, type ComplaintEvents } from './events.ts';
import { invalid, type ComplaintContext, type Handler, type Handlers } from './handler.ts';
import { rightsRefusal } from './rights.ts';
import { complaintTable } from './table.ts';
import type { ComplaintOutcome, ComplaintPolicy, ComplaintState, Handling } from './types.ts';

const submit: Handler = (_state, _command, { now, policy }) =>
  accept(
    happened('complaintSubmitted', { clock: { routeTimeout: addDays(now, policy.routingHours / 24, policy.time) } }),
  );

const lapse: Handler = () => accept(happened('complaintWithdrawn', { because: 'lapsed' }));
const withdraw: Handler = () => accept(happened('complaintWithdrawn', { because: 'asked' }));

function startHandling(
  level: Authority,
  { now, policy, calendar }: ComplaintContext,
): { handling: Handling; clock: CaseState['clock'] } {
  const days = policy.handlingWorkingDays[level];
  const dueAt = addWorkingDays(now, days, policy.time, calendar);
  const remindHandler = addWorkingDays(now, days / 2, policy.time, calendar);
  return { handling: { level, since: now, dueAt }, clock: { remindHandler, expireHandling: dueAt } };
}

/** Above the operators there are only other operators. */
const above = (state: Pick<ComplaintState, 'eligible'>, below: Authority | null): Found =>
  below === null || below === 'operator' ? { authority: 'operator', skipped: [] } : authorityAbove(state, below);

const begin = (
  state: ComplaintState,
  cause: ComplaintEvents['handlingStarted']['cause'],
  eligible: ComplaintState['eligible'],
  context: ComplaintContext,
): Decision => {
  const { authority, skipped } = above({ eligible }, state.partOf);
  return accept(happened('handlingStarted', { cause, eligible, skipped, ...startHandling(authority, context) }));
};

const routed: Handler = (state, { data }, context) => {
  const eligible = eligibleIn(data);
  if (eligible === null) return invalid('eligible');
  return state.stage === 'submitted' ? begin(state, 'routed', eligible, context) : accept();
};

const routeTimeout: Handler = (state, _command, context) => begin(state, 'routeTimeout', state.eligible, context);

/** The first decision waits for an objection, the one after it ends the case. */
function decided(
  state: ComplaintState,
  outcome: ComplaintOutcome,
  event: (clock: CaseState['clock']) => ReturnType<typeof happened>,
  { now, policy }: ComplaintContext,
): Decision {
  if (state.objected) return accept(event({}), happened('complaintClosed', { outcome }));
  return accept(event({ finish: addDays(now, policy.objectionDays, policy.time) }));
}

const uphold: Handler = (state, { data }, context) => {
  const measure = codeIn(data, 'measure');
  if (measure === null) return invalid('measure');
  if (state.handling === null) return refuse('NOT_ALLOWED_IN_STAGE');
  const { level: by } = state.handling;
  const { correction } = data;
  if (correction !== undefined && !isCorrection(state, correction, context)) return invalid('correction');
  const more = correction === undefined ? {} : { correction: Number(correction) };
  return decided(state, 'upheld', (clock) => happened('complaintUpheld', { by, measure, ...more, clock }), context);
};

const isCorrection = ({ about }: ComplaintState, value: unknown, { policy }: ComplaintContext): boolean =>
  about === 'score' && Number.isSafeInteger(value) && Math.abs(Number(value)) <= policy.correctionAtMost;

const dismiss: Handler = (state, { data }, context) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  if (state.handling === null) return refuse('NOT_ALLOWED_IN_STAGE');
  const { level: by } = state.handling;
  return decided(state, 'dismissed', (clock) => happened('complaintDismissed', { by, reasonCode, clock }), context);
};

const object: Handler = (state, _command, context) => {
  if (state.decidedBy === null) return refuse('NOT_ALLOWED_IN_STAGE');
  if (state.objected) return refuse('ALREADY_DONE');
  const { level: from } = state.decidedBy;
  const { authority, skipped } = above(state, from);
  return accept(happened('complaintObjected', { from, skipped, ...startHandling(authority, context) }));
};

const finish: Handler = ({ decidedBy }) =>
  accept(happened('complaintClosed', { outcome: decidedBy?.outcome ?? 'dismissed' }));

const remindHandler: Handler = ({ handling }) =>
  accept(happened('handlerReminded', { level: handling?.level ?? 'operator' }));

/** Overdue: one level further up; when even the operators slept, the case parks. */
const expireHandling: Handler = (state, _command, context) => {
  if (state.handling === null || state.handling.level === 'operator') {
    return accept(parkedEvent('complaintOverdue', context));
  }
  const { level: from } = state.handling;
  const { authority: to, skipped } = above(state, from);
  return accept(happened('handlingTakenOver', { from, to, skipped, ...startHandling(to, context) }));
};

const cancel: Handler = (_state, { data }) => {
  const reasonCode = codeIn(data, 'reasonCode');
  return reasonCode === null ? invalid('reasonCode') : accept(happened('complaintCancelled', { reasonCode }));
};

const HANDLERS: Handlers = {
  submit,
  lapse,
  withdraw,
  routed,
  routeTimeout,
  uphold,
  dismiss,
  object,
  finish,
  remindHandler,
  expireHandling,
  cancel,
};

/** Decides any command that the table lets happen in this stage; the sender's right comes first. */
export const decideComplaint: Decider<ComplaintState, ComplaintPolicy>['decide'] = (state, command, context) => {
  const rule = stageRule(complaintTable, state.stage).commands[command.name];
  const code = rule === undefined ? null : rightsRefusal(state, command.actor, rule.by);
  if (code !== null) return refuse(code);
  const handler = HANDLERS[command.name];
  if (handler === undefined) throw new Error(`complaint: nobody handles ${command.name}`);
  return handler(state, command, context);
};
