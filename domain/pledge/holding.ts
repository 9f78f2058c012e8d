import { accept, refuse } from '../kernel/types.ts';
import { addDays } from '../time/calendar.ts';
import { happened } from './events.ts';
import type { Handler, Handlers } from './handler.ts';
import { receiptClock } from './times.ts';
import { freeAll, less, move, taken } from './units.ts';

/** From the reservation to the parcel: hold, extend, send, or step back. */

const hold: Handler = (_state, _command, { now, policy }) => {
  const heldUntil = addDays(now, policy.holdDays, policy.time);
  return accept(happened('pledgeHeld', { heldUntil, clock: { lapse: heldUntil } }));
};

const extend: Handler = (state, _command, { now, policy }) => {
  if (state.extended) return refuse('ALREADY_DONE');
  const heldUntil = addDays(state.heldUntil ?? now, policy.extensionDays, policy.time);
  return accept(happened('holdExtended', { heldUntil, clock: { lapse: heldUntil } }));
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

export const holdingHandlers: Handlers = { hold, extend, send, release, lapse, voidByNeed };
