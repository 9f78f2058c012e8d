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
import type { Failures, SponsorshipPolicy, SponsorshipState, SponsorshipTotals } from './types.ts';

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

/** Before the work the wish is taken back; during it what is claimed already stays claimed, and can be sent. */
const stop: Handler = (state, { actor }, context) => {
  if (state.stage === 'underReview') return accept(happened('sponsorshipWithdrawn', { because: 'asked' }));
  const by = actor.role === 'operator' ? 'operator' : 'donor';
  return accept(toSend(state, by, context) ?? happened('sponsorshipStopped', { by }));
};

const expireReview: Handler = (_state, _command, context) => accept(parkedEvent('sponsorshipOverdue', context));
const stall: Handler = (_state, _command, context) => accept(parkedEvent('sponsorshipStalled', context));

/** A second answer to the same question changes nothing. */
const planned: Handler = (state, { data }, context) => {
  const count = wholeNumber(data, 'planned');
  if (count === null) return invalid('planned');
  if (state.approvedBy === null) return refuse('NOT_ALLOWED_IN_STAGE');
  if (state.planned !== null) return accept();
  const event = happened('sponsorshipPlanned', { planned: count });
  const over = count === 0 && state.stage !== 'parked';
  return over ? accept(event, completed(state, context)) : accept(event);
};

/** All is claimed that can be: what there is waits to be sent; without anything the sponsorship is over. */
const completed = (state: Claimed, context: Context<SponsorshipPolicy>) =>
  toSend(state, 'done', context) ??
  happened('sponsorshipCompleted', { outcome: state.totals.claimed === 0 ? 'nothingFound' : 'met' });

type Claimed = Pick<SponsorshipState, 'totals' | 'failed'>;

/** null: there is nothing to send, or the policy is older than sending. */
function toSend(
  { totals, failed = {} }: Claimed,
  by: 'done' | 'donor' | 'operator',
  { now, policy }: Context<SponsorshipPolicy>,
): NewEvent | null {
  if (policy.sendDays === undefined || totals.claimed === 0) return null;
  const clock = { close: addDays(now, policy.sendDays, policy.time) };
  return happened('sponsorshipClaimed', { by, totals, failed, clock });
}

const chunkDone: Handler = (state, { data }, context) => {
  const { stage, approvedBy, totals: before } = state;
  const totals = totalsIn(data);
  if (approvedBy === null || state.planned === null) return refuse('NOT_ALLOWED_IN_STAGE');
  if (totals === null || totals.tried < before.tried || totals.claimed < before.claimed) return invalid('totals');
  const left = data['left'] === true;
  const failed = failuresIn(data);
  const event = happened('chunkClaimed', { totals, left, ...(failed !== undefined && { failed }) });
  if (left || stage !== 'running') return accept(event);
  return accept(event, completed({ totals, failed: failed ?? state.failed ?? {} }, context));
};

/** Back from being parked: what was finished meanwhile ends, what was not goes on. */
export function settleSponsorship(state: SponsorshipState, context: Context<SponsorshipPolicy>): NewEvent[] {
  if (state.stage === 'sending') {
    const { round = 1, next = 0 } = state.sending ?? {};
    return [happened('sendingContinued', { round, next })];
  }
  if (state.stage !== 'running') return [];
  return [state.done ? completed(state, context) : happened('workContinued', { planned: state.planned !== null })];
}

const cancel: Handler = (_state, { data }) => {
  const reasonCode = codeIn(data, 'reasonCode');
  return reasonCode === null ? invalid('reasonCode') : accept(happened('sponsorshipCancelled', { reasonCode }));
};

/** Once more while it goes on: what was packed meanwhile goes along. */
const send: Handler = ({ sending }, _command, { now, policy }) =>
  accept(
    happened('sendingAsked', {
      round: (sending?.round ?? 0) + 1,
      clock: { stall: addDays(now, policy.runDays, policy.time) },
    }),
  );

const chunkSent: Handler = (state, { data }, context) => {
  const { stage, sending: before } = state;
  const [round, next, sent, held] = ['round', 'next', 'sent', 'held'].map((member) => wholeNumber(data, member));
  const failed = failuresIn(data);
  if (before === undefined) return refuse('NOT_ALLOWED_IN_STAGE');
  if (round == null || next == null || sent == null || held == null || failed === undefined) return invalid('sent');
  if (round > before.round || sent < before.sent) return invalid('sent');
  const left = data['left'] === true;
  const event = happened('chunkSent', { round, next, sent, failed, left });
  // Asked for once more meanwhile: that round goes through all of it again.
  if (left || round < before.round || stage === 'parked') return accept(event);
  return accept(event, afterRound(state, { sent, failed, held }, context));
};

function afterRound(
  { claimedAt = 0 }: SponsorshipState,
  { sent, failed, held }: { readonly sent: number; readonly failed: Failures; readonly held: number },
  { now, policy }: Context<SponsorshipPolicy>,
): NewEvent {
  const close = addDays(claimedAt, policy.sendDays ?? 0, policy.time);
  if (held === 0) return happened('sponsorshipCompleted', { outcome: 'sent', sent, failed });
  if (close <= now) return happened('sponsorshipCompleted', { outcome: 'closed', sent, failed });
  return happened('sendingFinished', { sent, failed, held, clock: { close } });
}

/** What is still held goes on by its own clock: as a pledge like any other. */
const close: Handler = ({ sending }) => {
  const { sent = 0, failed = {} } = sending ?? {};
  return accept(happened('sponsorshipCompleted', { outcome: 'closed', sent, failed }));
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
  send,
  chunkSent,
  close,
  cancel,
};

function wholeNumber(data: JsonObject, member: string): number | null {
  const value = data[member];
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

/** Codes and how often each came up. */
function failuresIn({ failed }: JsonObject): Failures | undefined {
  if (typeof failed !== 'object' || failed === null || Array.isArray(failed)) return undefined;
  const counts = Object.entries(failed);
  const whole = counts.every(([code, n]) => CODE.test(code) && typeof n === 'number' && Number.isInteger(n) && n >= 0);
  return whole ? (failed as Failures) : undefined;
}
const CODE = /^[A-Za-z_]{1,40}$/;

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
