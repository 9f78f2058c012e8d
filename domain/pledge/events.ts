import { eventMaker } from '../kernel/events.ts';
import type { CaseState, Instant } from '../kernel/types.ts';
import type { PledgeLine, PledgeState, UnitMove } from './types.ts';

type Clock = CaseState['clock'];

/**
 * What can happen to a pledge: event type → its data. `moves` are applied to the need's tally in the transaction that
 * records the event; over its whole life a pledge moves each of its units to `received` or back to `free`, once.
 */
export interface PledgeEvents {
  /** In the standby queue of its need; it holds no units. */
  pledgeQueued: { clock: Clock };
  /** Units came free and are its own now: they were reserved in the transaction that freed them. */
  pledgePromoted: { lines: readonly PledgeLine[]; moves: readonly UnitMove[]; heldUntil: Instant; clock: Clock };
  pledgeHeld: { heldUntil: Instant; clock: Clock };
  /** A match has found the need for an offer of this donor, who accepts or declines until then. */
  pledgeProposed: { answerUntil: Instant; clock: Clock };
  /** From now on it is a hold like any other. */
  proposalAccepted: { heldUntil: Instant; clock: Clock };
  holdExtended: { heldUntil: Instant; clock: Clock };
  /** The hold's clock stands still. `clock` is that of the stage `held`, also when the case is parked from it. */
  holdPaused: { left: number; clock: Clock };
  holdResumed: { heldUntil: Instant; clock: Clock };
  pledgeSent: { lines: readonly PledgeLine[]; moves: readonly UnitMove[]; clock: Clock };
  parcelArrived: { clock: Clock };
  /** Tried wrong too often: nobody fetches it with the code any more, a cadre hands it over. */
  pickupCodeLocked: Record<never, never>;
  receiptReminded: { stage: 'sent' | 'atPoint' };
  /** `task`: it waits on the village's cadre from now on. */
  visitDue: { stage: 'sent' | 'atPoint'; task?: true };
  /** `marks`: what receipt adds to those of the claim. */
  pledgeReceived: {
    by: Received;
    lines: readonly PledgeLine[];
    moves: readonly UnitMove[];
    marks?: readonly string[];
  };
  /** The donor steps back, or the need has ended, or nothing came free while he waited (`waitedOut`). `penalty`: his
   * time to send ran out, it counts against his reliability. Of a proposal: he `declined`, did not answer
   * (`unanswered`), or took his offer back (`offerEnded`). */
  pledgeReleased: {
    because:
      | 'donor'
      | 'leftQueue'
      | 'waitedOut'
      | 'queueClosed'
      | 'lapsed'
      | 'shipmentCancelled'
      | 'needEnded'
      | 'declined'
      | 'unanswered'
      | 'offerEnded';
    penalty: boolean;
    moves: readonly UnitMove[];
  };
  pledgeFailed: { because: 'returned' | 'ruled' | 'cancelled'; reasonCode: string; moves: readonly UnitMove[] };
  pledgeDisputed: {
    reasonCode: string;
    level: NonNullable<PledgeState['disputeLevel']>;
    clock: Clock;
  };
  /** By an operator. */
  /** `skipped`: nobody was left there to rule; without it an operator said so. */
  disputeReassigned: {
    level: NonNullable<PledgeState['disputeLevel']>;
    skipped?: readonly ['county'];
    clock: Clock;
  };
  disputeEscalated: { level: NonNullable<PledgeState['disputeLevel']>; clock: Clock };
}

/** How receipt was established. */
export type Received = 'confirmed' | 'collected' | 'handedOver' | 'ruled';

export type PledgeEventType = keyof PledgeEvents;

export const happened = eventMaker<PledgeEvents>();
