import type { ClientSession } from 'mongoose';
import type { CategoryTree } from '../domain/category/category.ts';
import { publicTitle } from '../domain/category/category.ts';
import type { Actor, Instant, JsonObject } from '../domain/kernel/types.ts';
import type { NeedState } from '../domain/need/types.ts';
import type { ReasonRecord } from '../domain/matching/reasons.ts';
import { marksOf, type Closeness } from '../domain/pledge/marks.ts';
import { NO_SHARE } from '../domain/offer/tally.ts';
import { holdQuota } from '../domain/pledge/reliability.ts';
import type { Delivery, PledgeLine, PledgeSeed } from '../domain/pledge/types.ts';
import type { Policy } from '../domain/policy.ts';
import { unfit, type Unfit } from './fitting.ts';
import type { Claimant, createCloseness } from './closeness.ts';
import { isDuplicateKey, sentAt, startingCommand, type CommandRecord } from './command.ts';
import type { Models } from './index.ts';
import { KNOWN_STAGES, type NeedRecord } from './need.ts';
import type { PledgeRecord } from './pledge.ts';
import { inTransaction } from './transaction.ts';

/** What somebody wants to give, with the ids that make a repeated claim the same one. */
export interface Claim {
  readonly pledgeId: string;
  readonly commandId: string;
  readonly needId: string;
  readonly donor: Claimant;
  readonly actor: Actor;
  readonly delivery: Delivery;
  readonly lines: readonly PledgeLine[];
  /** Join the standby queue when others hold the units. */
  readonly standby: boolean;
  /**
   * A match proposes it from this offer: the offer's units are taken in the same transaction, and the donor is asked.
   * It counts against no quota: somebody has looked at the offer, and its quantity is its limit.
   */
  readonly offerId?: string;
  /** Why the match proposes it. */
  readonly reasons?: readonly ReasonRecord[];
  /** Part of every query: a need outside of the donor's audience does not exist for him. */
  readonly seenBy: Readonly<Record<string, unknown>>;
  readonly now: Instant;
}

export type ClaimResult =
  /** `command` opens the pledge's case and is in the outbox; null: the same claim was made before. */
  | { readonly ok: true; readonly pledge: PledgeRecord; readonly command: CommandRecord | null }
  | { readonly ok: false; readonly refusal: ClaimRefusal };

export type ClaimRefusal =
  | {
      readonly code:
        'NOT_FREE' | 'NOT_FOUND' | 'OWN_NEED' | 'STANDBY_FULL' | 'ALREADY_WAITING' | 'OFFER_NOT_OPEN' | Unfit;
    }
  | { readonly code: 'HOLDS_EXCEEDED'; readonly limit: number };

export interface ReservationDeps {
  readonly models: Models;
  readonly reference: {
    currentPolicy(now: Instant): Policy;
    policyIn(regionPath: readonly string[], now: Instant): Policy;
    readonly categories: CategoryTree;
  };
  readonly closenessOf: ReturnType<typeof createCloseness>;
  /** When the case of a pledge for this need is opened, of a claim made at `now`; default: at once. */
  readonly startAt?: StartAt;
}

type StartAt = (needId: string, now: Instant) => Instant;

/** One time for each claim, however often its transaction begins again: no try takes a place of its own. */
export function plannedOnce(startAt: StartAt = (_, now) => now): (claim: Claim) => Instant {
  const planned = new Map<string, Instant>();
  return ({ pledgeId, needId }) => {
    const at = planned.get(pledgeId) ?? startAt(needId, Date.now());
    planned.set(pledgeId, at);
    return at;
  };
}

/** Ends the transaction with nothing written. */
class Refused extends Error {
  readonly refusal: ClaimRefusal;
  constructor(refusal: ClaimRefusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/**
 * Claims units of a need: one transaction with the reservation (a conditional update, so that no unit is given twice),
 * the donor's count of holds, the pledge's record and the command that opens its case.
 */
export function createReservations({ models, reference, closenessOf, startAt }: ReservationDeps) {
  const { needs, pledges, donors, offers, commands, cases } = models;
  /** How much a donor may hold is the same everywhere; the rest is as the need's region has it. */
  const quotaPolicy = ({ now }: Claim) => reference.currentPolicy(now).pledge;

  return async function reserve(claim: Claim): Promise<ClaimResult> {
    const startOf = plannedOnce(startAt);
    const once = () => inTransaction(models.db, (session) => reserveAndRecord(claim, startOf, session));
    try {
      return await once().catch(async (error: unknown) => {
        if (!isDuplicateKey(error)) throw error;
        // The same request came before and its answer was lost.
        const pledge = await pledges.find(claim.pledgeId);
        // Else two claims of one donor made his record at once: now it is there.
        return pledge === null ? once() : { ok: true, pledge, command: null };
      });
    } catch (error) {
      if (error instanceof Refused) return { ok: false, refusal: error.refusal };
      throw error;
    }
  };

  async function reserveAndRecord(
    claim: Claim,
    startOf: (claim: Claim) => Instant,
    session: ClientSession,
  ): Promise<ClaimResult> {
    const { needId, lines, seenBy } = claim;
    const need = await needs.reserve({ needId, lines, seenBy }, session);
    const share = need === null ? await placeInQueue(claim, session) : { need, lines, standby: false };
    const closeness = await closenessOf(claim.donor, share.need);
    if (closeness === null) throw new Refused({ code: 'OWN_NEED' });
    const code = await unfit(models, reference.categories, { ...claim, need: share.need });
    if (code !== null) throw new Refused({ code });
    const { pledge, command } = recordsFor(claim, share, closeness, reference);
    await pledges.pledges.insertOne(pledge, { session });
    if (claim.offerId === undefined) await countHold(claim, session);
    else if ((await offers.take(claim.offerId, unitsOf(share.lines), session)) === null) {
      throw new Refused({ code: 'OFFER_NOT_OPEN' });
    }
    const opening = sentAt(command, startOf(claim));
    await commands.commands.insertOne(opening, { session });
    return { ok: true, pledge, command: opening };
  }

  async function countHold(claim: Claim, session: ClientSession): Promise<void> {
    // Counted in the same transaction: claims of one donor for several needs come one after the other.
    const donor = await donors.add(claim.donor.accountId, { holds: 1 }, session);
    const limit = holdQuota(donor, quotaPolicy(claim));
    if (donor.holds > limit) throw new Refused({ code: 'HOLDS_EXCEEDED', limit });
  }

  /** Others hold the units. Who wants to wait joins the queue, in the same transaction. */
  async function placeInQueue(claim: Claim, session: ClientSession): Promise<Share> {
    const { needId, lines, seenBy } = claim;
    const before = await needs.needs.findOne(
      { _id: needId, stage: { $in: [...KNOWN_STAGES] }, ...seenBy },
      { maxTimeMS: 3000 },
    );
    if (before === null) throw new Refused({ code: 'NOT_FOUND' });
    const known = lines.every(({ lineId }) => before.lines.some(({ id }) => id === lineId));
    if (!claim.standby || !known || !(await mayWait(before, claim.now))) throw new Refused({ code: 'NOT_FREE' });
    const { standbyPerNeed = 0 } = reference.policyIn(before.regionPath, claim.now).pledge;
    const need = await needs.joinQueue(needId, standbyPerNeed, session);
    if (need === null) throw new Refused({ code: 'STANDBY_FULL' });
    // The need was written just now, so two joins of one donor come one after the other.
    const mine = { needId, donorId: claim.donor.accountId, standby: true, stage: { $in: [...QUEUED] } };
    if ((await pledges.pledges.findOne(mine, { session, maxTimeMS: 3000 })) !== null)
      throw new Refused({ code: 'ALREADY_WAITING' });
    const wanted = lines.map(({ lineId, quantity }) => ({
      lineId,
      quantity: Math.min(quantity, need.lines.find((line) => line.id === lineId)?.quantity ?? 0),
    }));
    return { need, lines: wanted, standby: true };
  }

  /** Whether units may come free for donors: not when the rest is given up. */
  async function mayWait(need: NeedRecord, now: Instant): Promise<boolean> {
    if (need.stage === 'published') return (need.expiresAt?.getTime() ?? 0) > now;
    if (need.stage !== 'matched') return false;
    const record = await cases.find('need', need._id);
    return (record?.state as NeedState | undefined)?.rest === 'open';
  }
}

const QUEUED = ['offered', 'waiting', 'parked'] as const;

const URGENCY = { urgent: 1, normal: 2, low: 3 } as const;

/** What a donor gets: units, or a place in the standby queue for them. */
export interface Share {
  readonly need: NeedRecord;
  readonly lines: readonly PledgeLine[];
  readonly standby: boolean;
}

type ClaimFacts = Pick<
  Claim,
  'pledgeId' | 'commandId' | 'donor' | 'actor' | 'delivery' | 'offerId' | 'reasons' | 'now'
>;

const unitsOf = (lines: readonly PledgeLine[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** The pledge's record and the command that opens its case, to be inserted with the reservation. */
export function recordsFor(
  { pledgeId, commandId, donor, actor, delivery, offerId, reasons, now }: ClaimFacts,
  { need, lines, standby }: Share,
  closeness: Closeness,
  reference: ReservationDeps['reference'],
): { pledge: PledgeRecord; command: CommandRecord } {
  const policy = reference.policyIn(need.regionPath, now);
  const priceOf = (lineId: string): number => need.lines.find((line) => line.id === lineId)?.unitPriceFen ?? 0;
  const worth = lines.reduce((sum, line) => sum + line.quantity * priceOf(line.lineId), 0);
  // What has no price has no value below a floor.
  const valueFen = need.kind === 'goods' ? worth : null;
  const publishedAt = need.publishedAt?.getTime() ?? null;
  const limits = policy.pledge.marks;
  const marks = marksOf({ donor, need: { ...need, publishedAt }, closeness, valueFen, now, limits });
  const seed: PledgeSeed = {
    needId: need._id,
    donorId: donor.accountId,
    publisherId: need.publisherId,
    householdId: need.householdId,
    regionPath: need.regionPath,
    category: need.category,
    urgency: URGENCY[need.urgency],
    delivery,
    ...(need.kind !== 'goods' && { kind: need.kind }),
    lines,
    marks,
    claimedAt: now,
    ...(standby && { standby: true as const }),
    ...(offerId !== undefined && { offerId, proposed: true as const }),
  };
  const at = new Date(now);
  const { category: _c, urgency: _u, lines: _l, marks: _m, claimedAt: _at, regionPath: _r, standby: _s, ...ids } = seed;
  const offered = { proposed: true, offerShare: { ...NO_SHARE, proposed: unitsOf(lines) } };
  const pledge: PledgeRecord = {
    _id: pledgeId,
    rev: 1,
    stage: 'offered',
    seq: 0,
    stageSince: at,
    dueAt: null,
    waitingOn: 'system',
    needTitle: publicTitle(need.title, need.category, reference.categories),
    ...ids,
    regionPath: need.regionPath,
    lines: [...lines],
    ...(standby && { standby, queuedAt: at }),
    ...(offerId === undefined ? { hold: true } : offered),
    ...(reasons !== undefined && { reasons: [...reasons] }),
    receivedLines: [],
    marks,
    shipment: null,
    receiptPhotoId: null,
    pickupTries: 0,
    penalty: false,
    createdAt: at,
    updatedAt: at,
  };
  const command = startingCommand({
    commandId,
    caseType: 'pledge',
    caseId: pledgeId,
    name: openingOf(standby, offerId),
    actor,
    data: {},
    seed: seed as unknown as JsonObject,
    policyVersion: policy.version,
  });
  return { pledge, command };
}

function openingOf(standby: boolean, offerId: string | undefined): 'queue' | 'propose' | 'hold' {
  if (standby) return 'queue';
  return offerId === undefined ? 'hold' : 'propose';
}
