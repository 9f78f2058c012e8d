import type { NeedKind } from '../need/kind.ts';
import type { MarksPolicy } from './marks.ts';
import type { ReliabilityPolicy } from './reliability.ts';
import type { CasePolicy, CaseState, Instant } from '../kernel/types.ts';

export type PledgeStage =
  'offered' | 'waiting' | 'held' | 'sent' | 'atPoint' | 'disputed' | 'parked' | 'received' | 'released' | 'failed';

export type Delivery = 'villagePoint' | 'faceToFace';

/** Units of one line of the need that this pledge holds. */
export interface PledgeLine {
  readonly lineId: string;
  readonly quantity: number;
}

/** Where a unit of a need's line is. `free` is the only one that can be claimed. */
export type UnitPlace = 'free' | 'held' | 'sent' | 'received';

/** Units changing place; carried by events in `data.moves` and applied to the need's tally in the recording transaction. */
export interface UnitMove {
  readonly lineId: string;
  readonly from: UnitPlace;
  readonly to: UnitPlace;
  readonly quantity: number;
}

/** Start data: unless it begins in the standby queue, the reservation (free → held) was made before the case starts. */
export interface PledgeSeed {
  readonly needId: string;
  readonly donorId: string;
  readonly publisherId: string;
  readonly householdId: string;
  readonly regionPath: readonly string[];
  readonly category: string;
  readonly urgency: number;
  readonly delivery: Delivery;
  /** Of the need; goods where it does not say. */
  readonly kind?: NeedKind;
  /** What is held; in the standby queue what the donor would give. */
  readonly lines: readonly PledgeLine[];
  /** It begins in the standby queue and holds no units until it is promoted. */
  readonly standby?: true;
  /** Codes of the marks (insider …), never a refusal. */
  readonly marks: readonly string[];
  /** When it was claimed, or taken into the queue; older cases do not know. */
  readonly claimedAt?: Instant;
  /** Made from an offer in advance (domain/offer). */
  readonly offerId?: string;
  /** A match proposes it: the units are held, and the donor has still to accept. */
  readonly proposed?: true;
}

export interface PledgeState extends CaseState, PledgeSeed {
  readonly stage: PledgeStage;
  readonly extended: boolean;
  readonly heldUntil: Instant | null;
  /** Milliseconds of the hold that are left while it is paused; absent otherwise. */
  readonly holdLeft?: number;
  readonly sentAt: Instant | null;
  /** What was really sent; the rest of `lines` was freed then. Empty before. */
  readonly sentLines: readonly PledgeLine[];
  readonly receivedLines: readonly PledgeLine[];
  /** Long unconfirmed: a village cadre goes and asks. Until it moves on. */
  readonly visitDue?: true;
  /** The pickup code was tried wrong too often: only a cadre hands the parcel over. */
  readonly codeLocked?: true;
  readonly disputeLevel: 'county' | 'city' | null;
  /** Released by the clock: counts against the donor's reliability. */
  readonly penalty: boolean;
  readonly endedBecause: string | null;
}

export interface PledgePolicy extends CasePolicy {
  readonly holdDays: number;
  readonly extensionDays: number;
  /** A paused hold goes on by itself after this: a lost message must not keep units from others for ever. */
  readonly holdPauseDays?: number;
  readonly sentReminderDays: number;
  readonly sentVisitDays: number;
  readonly sentExpiryDays: number;
  /** A visit that is due waits on the village's cadre and stands among his work; older policies only told him. */
  readonly visitTask?: boolean | undefined;
  readonly pointReminderDays: number;
  readonly pointVisitDays: number;
  readonly pointExpiryDays: number;
  /** Tries for the pickup code of a parcel, before it is locked; absent: 5. */
  readonly pickupTries?: number | undefined;
  readonly disputeWorkingDays: number;
  /** A proposal that its donor does not answer ends after this, without a penalty. */
  readonly proposalDays?: number | undefined;
  /** A place in the standby queue lasts this long. */
  readonly standbyDays?: number;
  /** Donors who may wait for the units of one need. */
  readonly standbyPerNeed?: number;
  /** Open holds a donor may keep at once, while there is too little to judge him by. */
  readonly holdsPerDonor: number;
  readonly reliability?: ReliabilityPolicy;
  /** When a claim is marked as an insider's; a mark never forbids. */
  readonly marks?: MarksPolicy;
}
