import type { PledgeEvents, PledgeEventType } from '../pledge/events.ts';
import type { PledgeState } from '../pledge/types.ts';
import { cadres, family, onSite, to, type Notify } from './notice.ts';

/** Nobody fetches it with the code any more: the household knows whom to ask, and the cadre what to do. */
const CODE_LOCKED = [...family('pledge.codeLocked'), onSite('pledge.codeLockedAtPoint')];

/** Every event of a pledge, and whom it concerns. A new event type does not compile before it has its entry here. */
export const PLEDGE_NOTICES: { readonly [K in PledgeEventType]: Notify<PledgeState, PledgeEvents[K]> } = {
  pledgeHeld: ({ heldUntil }) => [to('donor', 'pledge.held', { until: heldUntil }), ...family('pledge.claimed')],
  pledgeQueued: () => [to('donor', 'pledge.queued')],
  pledgePromoted: ({ heldUntil }) => [
    to('donor', 'pledge.promoted', { until: heldUntil }),
    ...family('pledge.claimed'),
  ],
  pledgeProposed: ({ answerUntil }) => [
    to('donor', 'pledge.proposed', { until: answerUntil }),
    ...family('pledge.foundForYou'),
  ],
  proposalAccepted: ({ heldUntil }) => [to('donor', 'pledge.held', { until: heldUntil }), ...family('pledge.claimed')],
  holdExtended: ({ heldUntil }) => family('pledge.extended', { until: heldUntil }),
  holdPaused: () => [to('donor', 'pledge.paused')],
  holdResumed: ({ heldUntil }) => [to('donor', 'pledge.resumed', { until: heldUntil })],
  pledgeSent: (_data, { after }) => [
    ...family('pledge.sent'),
    ...(after.delivery === 'villagePoint' ? [to('pointKeeper', 'pledge.parcelOnItsWay')] : []),
  ],
  parcelArrived: () => [...family('pledge.atPoint'), to('donor', 'pledge.arrived')],
  pickupCodeLocked: () => CODE_LOCKED,
  receiptReminded: ({ stage }, { after }) => {
    if (stage === 'sent') return family('pledge.remindReceipt');
    return after.codeLocked === true
      ? CODE_LOCKED
      : [...family('pledge.remindCollect'), to('pointKeeper', 'pledge.remindPoint')];
  },
  visitDue: () => [onSite('pledge.visitDue')],
  pledgeReceived: ({ by }) =>
    by === 'ruled'
      ? [to('donor', 'pledge.ruledReceived'), ...family('pledge.ruledReceived')]
      : [to('donor', 'pledge.received'), ...family('pledge.receiptRecorded')],
  pledgeReleased: ({ because }, { after }) => {
    if (because === 'leftQueue') return [];
    if (because === 'waitedOut') return [to('donor', 'pledge.waitedOut')];
    if (because === 'queueClosed') return [to('donor', 'pledge.queueClosed')];
    // The end of the need has been told to its people by the need itself.
    if (because === 'needEnded') return [to('donor', 'pledge.voided')];
    if (because === 'lapsed') return [to('donor', 'pledge.lapsed'), ...family('pledge.released')];
    if (because === 'declined' || because === 'offerEnded') return family('pledge.notTaken');
    if (because === 'unanswered') return [to('donor', 'pledge.unanswered'), ...family('pledge.notTaken')];
    if (because === 'donor') return family('pledge.released');
    const keeper = after.delivery === 'villagePoint' ? [to('pointKeeper', 'pledge.shipmentCancelled')] : [];
    return [...family('pledge.shipmentCancelled'), ...keeper];
  },
  pledgeFailed: ({ because, reasonCode }) => [
    to('donor', 'pledge.failed', { because, reasonCode }),
    ...family('pledge.failed', { because, reasonCode }),
  ],
  pledgeDisputed: ({ level, reasonCode }) => [
    cadres(level, 'pledge.disputed', { reasonCode }),
    to('donor', 'pledge.inDispute', { level }),
    ...family('pledge.inDispute', { level }),
  ],
  disputeReassigned: ({ level }) => [cadres(level, 'pledge.disputed'), to('donor', 'pledge.inDispute', { level })],
  disputeEscalated: ({ level }) => [
    cadres(level, 'pledge.disputed'),
    to('donor', 'pledge.inDispute', { level }),
    ...family('pledge.inDispute', { level }),
  ],
};
