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
import { codeIn, idIn } from '../need/command-data.ts';
import { addDays, addWorkingDays } from '../time/calendar.ts';
import { happened } from './events.ts';
import { findingTable } from './table.ts';
import { FINDING_OUTCOMES, type FindingOutcome, type FindingPolicy, type FindingState } from './types.ts';

type FindingContext = Context<FindingPolicy>;
type Handler = (state: FindingState, command: Command, context: FindingContext) => Decision;
type Clock = CaseState['clock'];

const invalid = (member: string): Decision => refuse('INVALID_REQUEST', { member });

const reminding = (days: number, { now, policy, calendar }: FindingContext): Clock => ({
  remindOwner: addWorkingDays(now, days, policy.time, calendar),
});
const openClock = (context: FindingContext): Clock => reminding(context.policy.openWorkingDays, context);
const takenClock = (context: FindingContext): Clock => reminding(context.policy.takenWorkingDays, context);

const report: Handler = (_state, _command, context) =>
  accept(happened('findingReported', { clock: openClock(context) }));

const take: Handler = (_state, { actor }, context) =>
  accept(happened('findingTaken', { ownerId: actor.id, clock: takenClock(context) }));

const assign: Handler = (state, { data }, context) => {
  const ownerId = idIn(data, 'toAccountId');
  if (ownerId === null) return invalid('toAccountId');
  if (ownerId === state.ownerId) return refuse('ALREADY_DONE');
  return accept(happened('findingAssigned', { ownerId, clock: takenClock(context) }));
};

/** What somebody has taken is his until he lets it go or it is assigned to another. */
const owned =
  (handler: Handler): Handler =>
  (state, command, context) =>
    state.ownerId !== null && state.ownerId !== command.actor.id
      ? refuse('ASSIGNED_TO_ANOTHER')
      : handler(state, command, context);

const letGo = owned((_state, _command, context) => accept(happened('findingLetGo', { clock: openClock(context) })));

function settled(outcome: FindingOutcome, { now, policy }: FindingContext): Decision {
  const quietUntil = addDays(now, outcome === 'gone' ? 0 : policy.quietDays, policy.time);
  const clock = { close: addDays(now, policy.settledDays, policy.time) };
  return accept(happened('findingSettled', { outcome, quietUntil, clock }));
}

const settle = owned((_state, { data }, context) => {
  const outcome = FINDING_OUTCOMES.find((known) => known === data['outcome']);
  return outcome === undefined ? invalid('outcome') : settled(outcome, context);
});

const gone: Handler = (state, _command, context) => (state.stage === 'settled' ? accept() : settled('gone', context));

/** A sight of it soon after somebody settled it may be an old one. */
const foundAgain: Handler = (state, _command, context) =>
  state.stage !== 'settled' || context.now < (state.quietUntil ?? 0)
    ? accept()
    : accept(happened('findingReopened', { clock: openClock(context) }));

const remindOwner: Handler = ({ ownerId }, _command, context) =>
  accept(happened('ownerReminded', { ownerId, clock: ownerId === null ? openClock(context) : takenClock(context) }));

const close: Handler = ({ outcome }) => accept(happened('findingClosed', { outcome: outcome ?? 'gone' }));
const expire: Handler = () => accept(happened('findingClosed', { outcome: 'expired' }));

const cancel: Handler = (_state, { data }) => {
  const reasonCode = codeIn(data, 'reasonCode');
  return reasonCode === null ? invalid('reasonCode') : accept(happened('findingCancelled', { reasonCode }));
};

const HANDLERS: { readonly [command: string]: Handler } = {
  report,
  take,
  assign,
  letGo,
  settle,
  gone,
  foundAgain,
  remindOwner,
  close,
  expire,
  cancel,
};

/** Decides any command that the table lets happen in this stage; findings are for operators and for Bangfu itself. */
export const decideFinding: Decider<FindingState, FindingPolicy>['decide'] = (state, command, context) => {
  const by = stageRule(findingTable, state.stage).commands[command.name]?.by;
  if (by !== undefined && !(by as readonly string[]).includes(command.actor.role)) return refuse('NOT_PERMITTED');
  const handler = HANDLERS[command.name];
  if (handler === undefined) throw new Error(`finding: nobody handles ${command.name}`);
  return handler(state, command, context);
};
