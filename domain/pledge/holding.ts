import { accept, refuse, type Instant } from '../kernel/types.ts';
import { addDays } from '../time/calendar.ts';
import { happened } from './events.ts';
import type { Handler, Handlers } from './handler.ts';
import { receiptClock } from './times.ts';
import type { PledgeState } from './types.ts';
import { freeAll, less, move, taken } from './units.ts';

/** From the reservation, or the queue for one, to the parcel: wait, hold, extend, send, or step back. */

/** The moment at which the hold's clock stands: that of parking, since the time spent parked is added later. */
const standsAt = (state: PledgeState, now: Instant): Instant => state.parked?.since ?? now;

/** What a policy without the value meant to say: there was no standby queue then. */
const STANDBY_DAYS = 30;

const queue: Handler = (state, _command, { now, policy }) =>
  state.standby === true
    ? accept(
        happened('pledgeQueued', { clock: { lapse: addDays(now, policy.standbyDays ?? STANDBY_DAYS, policy.time) } }),
      )
    : refuse('NOT_ALLOWED_IN_STAGE');

/** The units were reserved when they came free. A promotion that meets no waiting pledge any more changes nothing. */
const promote: Handler = (state, { data }, { now, policy }) => {
  if ((state.parked?.from ?? state.stage) !== 'waiting') return accept();
  const got = taken(data, state.lines);
  if (!got.ok) return got.refused;
  const heldUntil = addDays(standsAt(state, now), policy.holdDays, policy.time);
  const moves = move(got.lines, 'free', 'held');
  return accept(happened('pledgePromoted', { lines: got.lines, moves, heldUntil, clock: { lapse: heldUntil } }));
};

const leave: Handler = () => accept(happened('pledgeReleased', { because: 'leftQueue', penalty: false, moves: [] }));

/** What a policy without the value meant to say: nothing was proposed then. */
const PROPOSAL_DAYS = 3;

/** A match has reserved the units; its donor is asked. */
const propose: Handler = (state, _command, { now, policy }) => {
  if (state.proposed !== true) return refuse('NOT_ALLOWED_IN_STAGE');
  const answerUntil = addDays(now, policy.proposalDays ?? PROPOSAL_DAYS, policy.time);
  return accept(happened('pledgeProposed', { answerUntil, clock: { lapse: answerUntil } }));
};

const acceptProposal: Handler = (state, _command, { now, policy }) => {
  if (state.proposed !== true) return refuse('ALREADY_DONE');
  if (state.holdLeft !== undefined) return refuse('HOLD_PAUSED');
  const heldUntil = addDays(now, policy.holdDays, policy.time);
  return accept(happened('proposalAccepted', { heldUntil, clock: { lapse: heldUntil } }));
};

/** The offer is taken back: what its donor has accepted goes on. */
const voidProposal: Handler = (state) =>
  state.proposed === true
    ? accept(happened('pledgeReleased', { because: 'offerEnded', penalty: false, moves: freeAll(state) }))
    : accept();

const hold: Handler = (state, _command, { now, policy }) => {
  if (state.standby === true || state.proposed === true) return refuse('NOT_ALLOWED_IN_STAGE');
  const heldUntil = addDays(now, policy.holdDays, policy.time);
  return accept(happened('pledgeHeld', { heldUntil, clock: { lapse: heldUntil } }));
};

const extend: Handler = (state, _command, { now, policy }) => {
  if (state.extended) return refuse('ALREADY_DONE');
  if (state.proposed === true) return refuse('PROPOSAL_OPEN');
  if (state.holdLeft !== undefined) return refuse('HOLD_PAUSED');
  const heldUntil = addDays(state.heldUntil ?? now, policy.extensionDays, policy.time);
  return accept(happened('holdExtended', { heldUntil, clock: { lapse: heldUntil } }));
};

/** What a policy without the value meant to say: no pause of a hold existed then. */
const PAUSE_DAYS = 30;

const isHeld = (state: PledgeState): boolean => (state.parked?.from ?? state.stage) === 'held';

/** The need is challenged. What is sent already goes on, so a message that comes late changes nothing. */
const pauseHold: Handler = (state, _command, { now, policy }) => {
  if (!isHeld(state) || state.holdLeft !== undefined) return accept();
  const at = standsAt(state, now);
  const { lapse = state.heldUntil ?? at } = state.parked?.clock ?? state.clock;
  const endPause = addDays(at, policy.holdPauseDays ?? PAUSE_DAYS, policy.time);
  return accept(happened('holdPaused', { left: Math.max(0, lapse - at), clock: { endPause } }));
};

const resumeHold: Handler = (state, _command, { now }) => {
  if (state.holdLeft === undefined) return accept();
  const heldUntil = standsAt(state, now) + state.holdLeft;
  return accept(happened('holdResumed', { heldUntil, clock: { lapse: heldUntil } }));
};

/** Units that are not sent are free for others at once. */
const send: Handler = (state, { data }, context) => {
  const sent = taken(data, state.lines);
  if (!sent.ok) return sent.refused;
  const moves = [...move(sent.lines, 'held', 'sent'), ...move(less(state.lines, sent.lines), 'held', 'free')];
  return accept(happened('pledgeSent', { lines: sent.lines, moves, clock: receiptClock('sent', context) }));
};

const release: Handler = (state) => {
  const because = state.proposed === true ? 'declined' : 'donor';
  return accept(happened('pledgeReleased', { because, penalty: false, moves: freeAll(state) }));
};

/** A penalty is for who said that he would send, and did not. */
const lapse: Handler = (state) => {
  if (state.standby === true)
    return accept(happened('pledgeReleased', { because: 'waitedOut', penalty: false, moves: [] }));
  const asked = state.proposed === true;
  const because = asked ? 'unanswered' : 'lapsed';
  return accept(happened('pledgeReleased', { because, penalty: !asked, moves: freeAll(state) }));
};

/** The need has ended. What is sent already goes on: it finds its household. */
const voidByNeed: Handler = (state) => {
  if (state.sentLines.length > 0) return accept();
  const because = state.standby === true ? 'queueClosed' : 'needEnded';
  return accept(happened('pledgeReleased', { because, penalty: false, moves: freeAll(state) }));
};

export const holdingHandlers: Handlers = {
  propose,
  accept: acceptProposal,
  voidProposal,
  queue,
  promote,
  leave,
  hold,
  extend,
  send,
  release,
  lapse,
  voidByNeed,
  pauseHold,
  resumeHold,
  endPause: resumeHold,
};
