import { accept, refuse, type Instant } from '../kernel/types.ts';
import { addDays } from '../time/calendar.ts';
import { happened } from './events.ts';
import type { Handler, Handlers } from './handler.ts';
import { receiptClock } from './times.ts';
import type { PledgeState } from './types.ts';
import { freeAll, less, move, taken } from './units.ts';

/** From the reservation to the parcel: hold, extend, send, or step back. */

const hold: Handler = (_state, _command, { now, policy }) => {
  const heldUntil = addDays(now, policy.holdDays, policy.time);
  return accept(happened('pledgeHeld', { heldUntil, clock: { lapse: heldUntil } }));
};

const extend: Handler = (state, _command, { now, policy }) => {
  if (state.extended) return refuse('ALREADY_DONE');
  if (state.holdLeft !== undefined) return refuse('HOLD_PAUSED');
  const heldUntil = addDays(state.heldUntil ?? now, policy.extensionDays, policy.time);
  return accept(happened('holdExtended', { heldUntil, clock: { lapse: heldUntil } }));
};

/** What a policy without the value meant to say: no pause of a hold existed then. */
const PAUSE_DAYS = 30;

/** The moment at which the hold's clock stands: that of parking, since the time spent parked is added later. */
const standsAt = (state: PledgeState, now: Instant): Instant => state.parked?.since ?? now;

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
  if (!sent.ok) return refuse(sent.code);
  const moves = [...move(sent.lines, 'held', 'sent'), ...move(less(state.lines, sent.lines), 'held', 'free')];
  return accept(happened('pledgeSent', { lines: sent.lines, moves, clock: receiptClock('sent', context) }));
};

const release: Handler = (state) =>
  accept(happened('pledgeReleased', { because: 'donor', penalty: false, moves: freeAll(state) }));

const lapse: Handler = (state) =>
  accept(happened('pledgeReleased', { because: 'lapsed', penalty: true, moves: freeAll(state) }));

/** The need has ended. What is sent already goes on: it finds its household. */
const voidByNeed: Handler = (state) => {
  if (state.sentLines.length > 0) return accept();
  return accept(happened('pledgeReleased', { because: 'needEnded', penalty: false, moves: freeAll(state) }));
};

export const holdingHandlers: Handlers = {
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
