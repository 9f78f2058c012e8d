import { parkedEvent } from '../kernel/parking.ts';
import { accept, refuse, type JsonObject } from '../kernel/types.ts';
import { codeIn, eligibleIn } from '../need/command-data.ts';
import { happened, type Received } from './events.ts';
import { invalid, type Handler, type Handlers, type PledgeContext } from './handler.ts';
import { marksOfReceipt } from './marks.ts';
import { disputeClock, receiptClock } from './times.ts';
import type { PledgeState } from './types.ts';
import { freeAll, less, move, taken } from './units.ts';

/** From the parcel to the household: arrival, receipt, disputes. */

const arrive: Handler = (state, _command, context) =>
  state.delivery === 'villagePoint'
    ? accept(happened('parcelArrived', { clock: receiptClock('atPoint', context) }))
    : refuse('NOT_A_POINT_DELIVERY');

/** Units that did not come are wanted again. */
function received(state: PledgeState, data: JsonObject, by: Received, { now, policy }: PledgeContext) {
  const came = taken(data, state.sentLines);
  if (!came.ok) return came.refused;
  const missing = less(state.sentLines, came.lines);
  const moves = [...move(came.lines, 'sent', 'received'), ...move(missing, 'sent', 'free')];
  const marks = marksOfReceipt(state, now, policy);
  return accept(happened('pledgeReceived', { by, lines: came.lines, moves, ...(marks.length > 0 && { marks }) }));
}

const confirm: Handler = (state, { data }, context) => received(state, data, 'confirmed', context);

/** The API has compared the pickup code; the case only wants to know that it was the right one. */
const collect: Handler = (state, { data }, context) =>
  data['codeVerified'] === true ? received(state, data, 'collected', context) : refuse('PICKUP_CODE_WRONG');

/** The API counts the tries; those concerned hear of it once. */
const lockCode: Handler = (state) => (state.codeLocked === true ? accept() : accept(happened('pickupCodeLocked', {})));

/** For who cannot come with his code: a cadre brings it and answers for it with a photo. */
const handOver: Handler = (state, { data }, context) => received(state, data, 'handedOver', context);

const cancelShipment: Handler = (state) =>
  accept(happened('pledgeReleased', { because: 'shipmentCancelled', penalty: false, moves: freeAll(state) }));

const returnParcel: Handler = (state, { data }) => {
  const reasonCode = data['reasonCode'] === undefined ? 'returned' : codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  return accept(happened('pledgeFailed', { because: 'returned', reasonCode, moves: freeAll(state) }));
};

const dispute: Handler = (_state, { data }, context) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  return accept(happened('pledgeDisputed', { reasonCode, level: 'county', clock: disputeClock(context) }));
};

const expireReceipt: Handler = (_state, _command, context) =>
  accept(happened('pledgeDisputed', { reasonCode: 'receiptExpired', level: 'county', clock: disputeClock(context) }));

const waitingStage = (state: PledgeState): 'sent' | 'atPoint' => (state.stage === 'atPoint' ? 'atPoint' : 'sent');

const remind: Handler = (state) => accept(happened('receiptReminded', { stage: waitingStage(state) }));
const dueVisit: Handler = (state, _command, { policy }) =>
  accept(
    happened('visitDue', { stage: waitingStage(state), ...(policy.visitTask === true && { task: true as const }) }),
  );

const ruleReceived: Handler = (state, { data }, context) => received(state, data, 'ruled', context);

const ruleFailed: Handler = (state, { data }) => {
  const reasonCode = data['reasonCode'] === undefined ? 'ruledFailed' : codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  return accept(happened('pledgeFailed', { because: 'ruled', reasonCode, moves: freeAll(state) }));
};

const escalateDispute: Handler = (state, _command, context) =>
  state.disputeLevel === 'county'
    ? accept(happened('disputeEscalated', { level: 'city', clock: disputeClock(context) }))
    : accept(parkedEvent('disputeOverdue', context));

/** An operator hands a dispute to the county or the city. */
export const reassignPledge: Handler = (state, { data }, context) => {
  const { level, toAccountId } = data;
  if (level !== 'county' && level !== 'city') return invalid('level');
  if (toAccountId !== undefined) return invalid('toAccountId');
  if (state.stage !== 'disputed') return refuse('NOT_ALLOWED_IN_STAGE');
  return accept(happened('disputeReassigned', { level, clock: disputeClock(context) }));
};

/** Nobody is left on the level that should rule: the city does; without one there an operator looks. */
const reroute: Handler = (state, { data }, context) => {
  const eligible = eligibleIn(data);
  if (eligible === null) return invalid('eligible');
  if (state.disputeLevel === null || eligible[state.disputeLevel]) return accept();
  return state.disputeLevel === 'county' && eligible.city
    ? accept(happened('disputeReassigned', { level: 'city', skipped: ['county'], clock: disputeClock(context) }))
    : accept(parkedEvent('noReviewer', context));
};

const cancel: Handler = (state, { data }) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  return accept(happened('pledgeFailed', { because: 'cancelled', reasonCode, moves: freeAll(state) }));
};

export const deliveryHandlers: Handlers = {
  reroute,
  arrive,
  confirm,
  collect,
  lockCode,
  handOver,
  cancelShipment,
  returnParcel,
  dispute,
  expireReceipt,
  remind,
  dueVisit,
  ruleReceived,
  ruleFailed,
  escalateDispute,
  cancel,
};
