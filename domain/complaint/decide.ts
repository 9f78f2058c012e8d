import { parkedEvent } from '../kernel/parking.ts';
import { accept, refuse, type CaseState, type Context, type Decision } from '../kernel/types.ts';
import { codeIn } from '../need/command-data.ts';
import { askedHandlers, decideBy, invalid, rerouted, startTurn } from '../reviewed/decide.ts';
import type { Cause } from '../reviewed/events.ts';
import { authorityAbove } from '../reviewed/route.ts';
import type { Authority, Eligible, Handler as HandlerOf, Handlers, Turn } from '../reviewed/types.ts';
import { addDays } from '../time/calendar.ts';
import { happened } from './events.ts';
import { rightsRefusal } from './rights.ts';
import { complaintTable } from './table.ts';
import type { ComplaintOutcome, ComplaintPolicy, ComplaintState } from './types.ts';

type ComplaintContext = Context<ComplaintPolicy>;
type Handler = HandlerOf<ComplaintState, ComplaintPolicy>;

function startHandling(level: Authority, context: ComplaintContext): { handling: Turn; clock: CaseState['clock'] } {
  const { turn, remindAt } = startTurn(level, context.policy.handlingWorkingDays[level], context);
  return { handling: turn, clock: { remindHandler: remindAt, expireHandling: turn.dueAt } };
}

const begin = (state: ComplaintState, cause: Cause, eligible: Eligible, context: ComplaintContext): Decision => {
  const { authority, skipped } = authorityAbove(eligible, state.partOf);
  return accept(happened('handlingStarted', { cause, eligible, skipped, ...startHandling(authority, context) }));
};

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
  const { authority, skipped } = authorityAbove(state.eligible, from);
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
  const { authority: to, skipped } = authorityAbove(state.eligible, from);
  return accept(happened('handlingTakenOver', { from, to, skipped, ...startHandling(to, context) }));
};

/** An account was frozen or left its office: a level that has nobody any more gives it to the next one. */
const reroute: Handler = (state, { data }, context) =>
  rerouted(state.handling?.level, data, (move) =>
    happened('handlingRerouted', { ...move, ...startHandling(move.to, context) }),
  );

const HANDLERS: Handlers<ComplaintState, ComplaintPolicy> = {
  ...askedHandlers('complaint', begin),
  uphold,
  dismiss,
  object,
  finish,
  reroute,
  remindHandler,
  expireHandling,
};

export const decideComplaint = decideBy('complaint', complaintTable, rightsRefusal, HANDLERS);
