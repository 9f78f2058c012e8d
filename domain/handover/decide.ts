import { stageRule } from '../kernel/table.ts';
import { accept, refuse, type Actor, type By, type Command, type Context, type Decider } from '../kernel/types.ts';
import { codeIn } from '../need/command-data.ts';
import { addWorkingDays } from '../time/calendar.ts';
import { happened } from './events.ts';
import { handoverTable } from './table.ts';
import type { HandoverPolicy, HandoverState } from './types.ts';

type Handler = (
  state: HandoverState,
  command: Command,
  context: Context<HandoverPolicy>,
) => ReturnType<Decider<HandoverState, HandoverPolicy>['decide']>;

const offer: Handler = (_state, _command, { now, policy, calendar }) => {
  const days = policy.answerWorkingDays;
  const lapse = addWorkingDays(now, days, policy.time, calendar);
  const remindReceiver = addWorkingDays(now, days / 2, policy.time, calendar);
  return accept(happened('handoverOffered', { clock: { remindReceiver, lapse } }));
};

const withReason =
  (type: 'handoverRefused' | 'handoverCancelled'): Handler =>
  (_state, { data }) => {
    const reasonCode = codeIn(data, 'reasonCode');
    if (reasonCode === null) return refuse('INVALID_REQUEST', { member: 'reasonCode' });
    return accept(happened(type, { reasonCode }));
  };

const HANDLERS: { readonly [command: string]: Handler } = {
  offer,
  accept: () => accept(happened('handoverAccepted', {})),
  refuse: withReason('handoverRefused'),
  withdraw: () => accept(happened('handoverWithdrawn', {})),
  lapse: () => accept(happened('handoverLapsed', {})),
  remindReceiver: () => accept(happened('receiverReminded', {})),
  cancel: withReason('handoverCancelled'),
};

/** Who is meant by each `by` of the table. A stand-in decides on needs, not on whose work they are. */
const IS: { readonly [by in By]?: (state: HandoverState, actor: Actor) => boolean } = {
  person: (state, actor) => actor.id === state.giverId,
  cadre: (state, actor) =>
    actor.id === state.receiverId &&
    actor.role === 'cadre' &&
    actor.regionCode === state.regionCode &&
    actor.standsInFor === undefined,
  operator: (_state, actor) => actor.role === 'operator',
  system: (_state, actor) => actor.role === 'system',
};

/** Decides any command that the table lets happen in this stage; the sender's right comes first. */
export const decideHandover: Decider<HandoverState, HandoverPolicy>['decide'] = (state, command, context) => {
  const rule = stageRule(handoverTable, state.stage).commands[command.name];
  const allowed = rule === undefined || rule.by.some((who) => IS[who]?.(state, command.actor) ?? false);
  if (!allowed) return refuse('NOT_PERMITTED');
  const handler = HANDLERS[command.name];
  if (handler === undefined) throw new Error(`handover: nobody handles ${command.name}`);
  return handler(state, command, context);
};
