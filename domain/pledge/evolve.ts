import { evolveBy, type Evolve } from '../kernel/events.ts';
import type { JsonObject } from '../kernel/types.ts';
import type { PledgeEvents } from './events.ts';
import type { PledgeSeed, PledgeStage, PledgeState } from './types.ts';

/** The state before the first event; the units named in `seed` are reserved already. */
export function initialPledge(id: string, seed: JsonObject): PledgeState {
  const start = seed as unknown as PledgeSeed;
  return {
    needId: start.needId,
    donorId: start.donorId,
    publisherId: start.publisherId,
    householdId: start.householdId,
    regionPath: start.regionPath,
    category: start.category,
    urgency: start.urgency,
    delivery: start.delivery,
    ...(start.kind !== undefined && { kind: start.kind }),
    lines: start.lines,
    ...(start.standby === true && { standby: true }),
    ...(start.claimedAt !== undefined && { claimedAt: start.claimedAt }),
    ...(start.offerId !== undefined && { offerId: start.offerId }),
    ...(start.proposed === true && { proposed: true }),
    marks: start.marks,
    id,
    stage: 'offered',
    stageSince: 0,
    clock: {},
    extended: false,
    heldUntil: null,
    sentAt: null,
    sentLines: [],
    receivedLines: [],
    disputeLevel: null,
    penalty: false,
    endedBecause: null,
  };
}

const moved = (
  { visitDue: _due, ...state }: PledgeState,
  stage: PledgeStage,
  data: { clock: PledgeState['clock'] },
): PledgeState => ({
  ...state,
  stage,
  clock: data.clock,
});

function ended(state: PledgeState, stage: PledgeStage, because: string): PledgeState {
  const { parked: _parked, holdLeft: _left, standby: _standby, proposed: _proposed, visitDue: _due, ...rest } = state;
  return { ...rest, stage, clock: {}, heldUntil: null, endedBecause: because };
}

const without = (state: PledgeState, command: string): PledgeState => ({
  ...state,
  clock: Object.fromEntries(Object.entries(state.clock).filter(([name]) => name !== command)),
});

const running = ({ holdLeft: _left, ...state }: PledgeState): PledgeState => state;

const answered = ({ proposed: _proposed, ...state }: PledgeState): PledgeState => state;

/** Sets the clock of the hold, which is put away while the case is parked. */
const withHoldClock = (state: PledgeState, clock: PledgeState['clock']): PledgeState =>
  state.parked === undefined ? { ...state, clock } : { ...state, parked: { ...state.parked, clock } };

/** While the case is parked it comes back as a held one. */
function promoted(state: PledgeState, { lines, heldUntil, clock }: PledgeEvents['pledgePromoted']): PledgeState {
  const { standby: _standby, ...rest } = { ...state, lines, heldUntil };
  return rest.parked === undefined
    ? moved(rest, 'held', { clock })
    : { ...rest, parked: { ...rest.parked, from: 'held', clock } };
}

const EVOLVE: Evolve<PledgeEvents, PledgeState> = {
  pledgeQueued: (state, data) => moved(state, 'waiting', data),
  pledgePromoted: promoted,
  pledgeHeld: (state, data) => ({ ...moved(state, 'held', data), heldUntil: data.heldUntil }),
  pledgeProposed: (state, { answerUntil, clock }) => ({ ...moved(state, 'held', { clock }), heldUntil: answerUntil }),
  proposalAccepted: (state, { heldUntil, clock }) => ({ ...answered(state), clock, heldUntil }),
  holdExtended: (state, { heldUntil, clock }) => ({ ...state, clock, heldUntil, extended: true }),
  holdPaused: (state, { left, clock }) => ({ ...withHoldClock(state, clock), heldUntil: null, holdLeft: left }),
  holdResumed: (state, { heldUntil, clock }) => ({ ...withHoldClock(running(state), clock), heldUntil }),
  pledgeSent: (state, data, event) => ({
    ...moved(answered(running(state)), 'sent', data),
    heldUntil: null,
    sentAt: event.at,
    sentLines: data.lines,
  }),
  parcelArrived: (state, data) => moved(state, 'atPoint', data),
  pickupCodeLocked: (state) => ({ ...state, codeLocked: true }),
  receiptReminded: (state) => without(state, 'remind'),
  visitDue: (state, { task }) => ({ ...without(state, 'dueVisit'), ...(task === true && { visitDue: true }) }),
  pledgeReceived: (state, { by, lines, marks = [] }) => ({
    ...ended(state, 'received', by),
    receivedLines: lines,
    marks: [...state.marks, ...marks],
  }),
  pledgeReleased: (state, { because, penalty }) => ({ ...ended(state, 'released', because), penalty }),
  pledgeFailed: (state, { because }) => ended(state, 'failed', because),
  pledgeDisputed: (state, data) => ({ ...moved(state, 'disputed', data), disputeLevel: data.level }),
  disputeReassigned: (state, data) => ({ ...state, clock: data.clock, disputeLevel: data.level }),
  disputeEscalated: (state, data) => ({ ...state, clock: data.clock, disputeLevel: data.level }),
};

export const PLEDGE_EVENT_TYPES = Object.keys(EVOLVE);

export const evolvePledge = evolveBy('pledge', EVOLVE);

/** After parking: the hold's end moves with the clock. */
export const shiftPledge = (state: PledgeState): PledgeState =>
  state.heldUntil === null ? state : { ...state, heldUntil: state.clock['lapse'] ?? state.heldUntil };
