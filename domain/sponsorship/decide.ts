import { parkedEvent } from '../kernel/parking.ts';
import { stageRule } from '../kernel/table.ts';
import {
  accept,
  refuse,
  type Actor,
  type By,
  type Command,
  type Context,
  type Decider,
  type Decision,
  type JsonObject,
  type NewEvent,
} from '../kernel/types.ts';
import { codeIn } from '../need/command-data.ts';
import { addDays, addWorkingDays } from '../time/calendar.ts';
import { happened } from './events.ts';
import { sponsorshipTable } from './table.ts';
import type { SponsorshipPolicy, SponsorshipState, SponsorshipTotals } from './types.ts';

type Handler = (state: SponsorshipState, command: Command, context: Context<SponsorshipPolicy>) => Decision;

const invalid = (member: string): Decision => refuse('INVALID_REQUEST', { member });

const submit: Handler = (_state, _command, { now, policy, calendar }) => {
  const expireReview = addWorkingDays(now, policy.reviewWorkingDays, policy.time, calendar);
  return accept(happened('sponsorshipSubmitted', { clock: { expireReview } }));
};

const lapse: Handler = () => accept(happened('sponsorshipWithdrawn', { because: 'lapsed' }));

const approve: Handler = (_state, _command, { now, policy }) =>
  accept(happened('sponsorshipApproved', { clock: { stall: addDays(now, policy.runDays, policy.time) } }));

const refuseIt: Handler = (_state, { data }) => {
  const reasonCode = codeIn(data, 'reasonCode');
  return reasonCode === null ? invalid('reasonCode') : accept(happened('sponsorshipRefused', { reasonCode }));
};

/** Before the work the wish is taken back; during it what is claimed already stays claimed. */
const stop: Handler = ({ stage }, { actor }) =>
  stage === 'underReview'
    ? accept(happened('sponsorshipWithdrawn', { because: 'asked' }))
    : accept(happened('sponsorshipStopped', { by: actor.role === 'operator' ? 'operator' : 'donor' }));

const expireReview: Handler = (_state, _command, context) => accept(parkedEvent('sponsorshipOverdue', context));
const stall: Handler = (_state, _command, context) => accept(parkedEvent('sponsorshipStalled', context));

/** A second answer to the same question changes nothing. */
const planned: Handler = (state, { data }) => {
  const count = wholeNumber(data, 'planned');
  if (count === null) return invalid('planned');
  if (state.approvedBy === null) return refuse('NOT_ALLOWED_IN_STAGE');
  if (state.planned !== null) return accept();
  const event = happened('sponsorshipPlanned', { planned: count });
  const over = count === 0 && state.stage !== 'parked';
  return over ? accept(event, completed(state)) : accept(event);
};

const completed = ({ totals }: Pick<SponsorshipState, 'totals'>) =>
  happened('sponsorshipCompleted', { outcome: totals.claimed === 0 ? 'nothingFound' : 'met' });

const chunkDone: Handler = ({ stage, approvedBy, totals: before }, { data }) => {
  const totals = totalsIn(data);
  if (approvedBy === null) return refuse('NOT_ALLOWED_IN_STAGE');
  if (totals === null || totals.tried < before.tried || totals.claimed < before.claimed) return invalid('totals');
  const left = data['left'] === true;
  const event = happened('chunkClaimed', { totals, left });
  return left || stage === 'parked' ? accept(event) : accept(event, completed({ totals }));
};

/** Back from being parked: what was finished meanwhile ends, what was not goes on. */
export function settleSponsorship(state: SponsorshipState): NewEvent[] {
  if (state.stage !== 'running') return [];
  return [state.done ? completed(state) : happened('workContinued', { planned: state.planned !== null })];
}

const cancel: Handler = (_state, { data }) => {
  const reasonCode = codeIn(data, 'reasonCode');
  return reasonCode === null ? invalid('reasonCode') : accept(happened('sponsorshipCancelled', { reasonCode }));
};

const HANDLERS: { readonly [command: string]: Handler } = {
  submit,
  lapse,
  approve,
  refuse: refuseIt,
  stop,
  expireReview,
  stall,
  planned,
  chunkDone,
  cancel,
};

function wholeNumber(data: JsonObject, member: string): number | null {
  const value = data[member];
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

function totalsIn(data: JsonObject): SponsorshipTotals | null {
  const [tried, claimed, units, valueFen] = ['tried', 'claimed', 'units', 'valueFen'].map((m) => wholeNumber(data, m));
  if (tried == null || claimed == null || units == null || valueFen == null || claimed > tried) return null;
  return { tried, claimed, units, valueFen };
}

const IS: { readonly [by in By]?: (state: SponsorshipState, actor: Actor) => boolean } = {
  donor: (state, actor) => actor.id === state.donorId,
  operator: (_state, actor) => actor.role === 'operator',
  system: (_state, actor) => actor.role === 'system',
};

/** Nobody approves what he gives himself: an operator who is the donor leaves it to a colleague. */
function rightsRefusal(state: SponsorshipState, { name, actor }: Command, by: readonly By[]): string | null {
  if (!by.some((who) => IS[who]?.(state, actor) ?? false)) return 'NOT_PERMITTED';
  return (name === 'approve' || name === 'refuse') && actor.id === state.donorId ? 'OWN_SPONSORSHIP' : null;
}

/** Decides any command that the table lets happen in this stage; the sender's right comes first. */
export const decideSponsorship: Decider<SponsorshipState, SponsorshipPolicy>['decide'] = (state, command, context) => {
  const rule = stageRule(sponsorshipTable, state.stage).commands[command.name];
  const code = rule === undefined ? null : rightsRefusal(state, command, rule.by);
  if (code !== null) return refuse(code);
  const handler = HANDLERS[command.name];
  if (handler === undefined) throw new Error(`sponsorship: nobody handles ${command.name}`);
  return handler(state, command, context);
};
