import type { ClientSession } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import type { EffectAnswer } from '../contracts/cases.ts';
import { audiencesOf } from '../domain/need/audience.ts';
import { allot } from '../domain/sponsorship/allot.ts';
import type { SponsorshipTotals } from '../domain/sponsorship/types.ts';
import type { Regions } from '../infra/regions.ts';
import type { AccountRecord } from '../models/account.ts';
import { closenessToMany } from '../models/closeness-many.ts';
import type { CommandRecord } from '../models/command.ts';
import type { Models } from '../models/index.ts';
import { holdAsRead, type NeedRecord } from '../models/need.ts';
import type { PledgeRecord } from '../models/pledge.ts';
import { recordsFor, type ReservationDeps } from '../models/reservation.ts';
import type { SponsorshipChunk, SponsorshipItem, SponsorshipRecord } from '../models/sponsorship.ts';
import { inTransaction } from '../models/transaction.ts';
import type { Effect } from './react.ts';

/** The work of a sponsorship: what needs it tries, and claiming them a chunk at a time. */

export interface SponsorDeps {
  readonly models: Models;
  readonly reference: ReservationDeps['reference'] & { readonly regions: Pick<Regions, 'find' | 'partnersWest'> };
  readonly dispatch: (command: CommandRecord) => Promise<void>;
  /** Needs of one chunk: one transaction, one answer to the case. */
  readonly chunkSize?: number;
}

export const SPONSOR_CHUNK = 500;
/** Cases are started for so long within a chunk; the sweeper starts the rest from the outbox. */
const START_MS = 10_000;
const STARTS_AT_ONCE = 8;

/**
 * Which needs: those that were named, else all that fit, the longest waiting first. Decided once, so that progress and
 * results are about the same needs from beginning to end.
 */
export function createPlanSponsorship({ models, reference, chunkSize = SPONSOR_CHUNK }: SponsorDeps): Effect {
  return async ({ caseId }) => {
    const sponsorship = await found(models, caseId);
    if (sponsorship.stage !== 'running' || sponsorship.planned !== null) return null;
    const ids = sponsorship.needIds ?? (await fitting(sponsorship));
    await models.sponsorships.plan(caseId, [...new Set(ids)], chunkSize);
    return { name: 'planned', data: { planned: new Set(ids).size } };
  };

  async function fitting({ donorId, regionPath, category, policyVersion: _v, ...rest }: SponsorshipRecord) {
    const donor = await donorOf({ models, reference }, donorId);
    const atMost = reference.currentPolicy(Date.now()).sponsorship.needsAtMost;
    const region = regionPath.at(-1);
    const rows = await models.needs.needs
      .find(
        {
          audience: { $in: donor.audiences },
          stage: 'published',
          expiresAt: { $gt: new Date() },
          'lines.free': { $gt: 0 },
          publisherId: { $ne: donorId },
          ...(region !== undefined && { regionPath: region }),
          ...(category !== null && { category: { $in: reference.categories.within(category) } }),
        } as never,
        { projection: { _id: 1 }, maxTimeMS: 20_000, allowDiskUse: true },
      )
      .sort({ publishedAt: 1, _id: 1 })
      // Some are lost to others meanwhile, or too dear: a few more are looked at than are wanted.
      .limit(rest.needs === null ? atMost : Math.min(atMost, Math.ceil(rest.needs * 1.2) + 20))
      .toArray();
    return rows.map(({ _id }) => _id);
  }
}

/**
 * Claims the next chunk. Reservations, pledges, the commands that open their cases, the results and the totals are one
 * transaction: whatever dies and is tried again, a need is claimed once. Answers with the totals of all chunks.
 */
export function createClaimSponsored(deps: SponsorDeps): Effect {
  const { models } = deps;
  return async ({ caseId }) => {
    const sponsorship = await found(models, caseId);
    // Stopped or parked: nothing more is claimed, and the case asks again when it goes on.
    if (sponsorship.stage !== 'running') return null;
    const chunk = await models.sponsorships.nextChunk(caseId);
    if (chunk !== null) {
      const donor = await donorOf(deps, sponsorship.donorId);
      const commands = await claimChunk(deps, sponsorship, donor, chunk);
      await startAll(commands, deps.dispatch);
    }
    return answerFor(models, caseId);
  };
}

async function answerFor(models: Models, caseId: string): Promise<EffectAnswer> {
  const now = await found(models, caseId);
  const left = !isMet(now, now.totals) && (await models.sponsorships.nextChunk(caseId)) !== null;
  return { name: 'chunkDone', data: { ...now.totals, left } };
}

const isMet = ({ needs, budgetFen }: SponsorshipRecord, { claimed, valueFen }: SponsorshipTotals): boolean =>
  (needs !== null && claimed >= needs) || (budgetFen !== null && valueFen >= budgetFen);

async function found(models: Models, id: string): Promise<SponsorshipRecord> {
  const record = await models.sponsorships.find(id);
  if (record === null) throw new Error(`sponsorship ${id} has no details`);
  return record;
}

interface Donor {
  readonly accountId: string;
  readonly householdId: string | null;
  readonly grants: AccountRecord['grants'];
  readonly audiences: string[];
}

/** The donor as he is now: what he may see follows from where he is, not from where he was when he asked. */
async function donorOf({ models, reference }: Pick<SponsorDeps, 'models' | 'reference'>, id: string): Promise<Donor> {
  const account = await models.accounts.accounts.findOne({ _id: id }, { maxTimeMS: 3000 });
  if (account === null || account.frozen !== null) throw new Error(`the donor ${id} is frozen or gone`);
  const regions = [account.homeRegion, ...account.grants.map(({ regionCode }) => regionCode)];
  const known = regions.filter((code): code is string => code != null && reference.regions.find(code) !== null);
  const audiences = audiencesOf(known, reference.regions.partnersWest);
  return { accountId: id, householdId: account.householdId, grants: account.grants, audiences };
}

/**
 * In one transaction if nobody is in the way; where single donors keep claiming among these needs, in halves and halves
 * of halves, so that one wanted need does not hold up five hundred.
 */
async function claimChunk(
  deps: SponsorDeps,
  sponsorship: SponsorshipRecord,
  donor: Donor,
  chunk: SponsorshipChunk,
): Promise<CommandRecord[]> {
  const commands: CommandRecord[] = [];
  const parts = [chunk.items.map((_, i) => i)];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const mine = part;
    const last = parts.length === 0;
    try {
      const result = await inTransaction(deps.models.db, (session) =>
        claimPart(deps, { sponsorship, donor, chunkId: chunk._id, part: mine, last }, session),
      );
      if (result === null) return commands;
      commands.push(...result);
    } catch (error) {
      if (!isConflict(error) || mine.length < 2) throw error;
      const half = Math.ceil(mine.length / 2);
      parts.unshift(mine.slice(0, half), mine.slice(half));
    }
  }
  return commands;
}

const isConflict = (error: unknown): boolean =>
  error instanceof Error &&
  'hasErrorLabel' in error &&
  (error.hasErrorLabel as (label: string) => boolean)('TransientTransactionError');

interface Part {
  readonly sponsorship: SponsorshipRecord;
  readonly donor: Donor;
  readonly chunkId: string;
  /** Places in the chunk. */
  readonly part: readonly number[];
  readonly last: boolean;
}

/**
 * Everything that it goes by is read within the transaction: of two that work on the same chunk, because one was taken
 * for dead, the second finds it done.
 * @returns null when the sponsorship was stopped meanwhile or the chunk is done: nothing is written
 */
async function claimPart(deps: SponsorDeps, part: Part, session: ClientSession): Promise<CommandRecord[] | null> {
  const { models } = deps;
  const { sponsorship, chunkId, last } = part;
  const before = await models.sponsorships.find(sponsorship._id, session);
  const chunk = await models.sponsorships.chunks.findOne({ _id: chunkId }, { session });
  if (before?.stage !== 'running' || chunk === null || chunk.done) return null;
  const { items } = chunk;
  const open = part.part.filter((i) => items[i]?.outcome === 'planned');
  const ids = open.map((i) => items[i]?.needId ?? '');
  const needs = await openNeeds(deps, part.donor, ids, session);
  const closeness = await closenessToMany(models, part.donor, [...needs.values()]);
  const made = new Map<number, SponsorshipItem>();
  const pledges: PledgeRecord[] = [];
  const commands: CommandRecord[] = [];
  const writes: { updateOne: ReturnType<typeof holdAsRead> }[] = [];
  const totals = { tried: 0, claimed: 0, units: 0, valueFen: 0 };
  const now = Date.now();
  for (const i of open) {
    const needId = items[i]?.needId ?? '';
    const need = needs.get(needId);
    const sofar = {
      claimed: before.totals.claimed + totals.claimed,
      valueFen: before.totals.valueFen + totals.valueFen,
    };
    const item = (outcome: SponsorshipItem['outcome']): SponsorshipItem => ({
      ...{ needId, outcome, pledgeId: null, units: 0, valueFen: 0 },
    });
    totals.tried += 1;
    const close = closeness.get(needId) ?? null;
    const refused = refusalOf(before, sofar, need, close !== null);
    if (refused !== null || need === undefined || close === null) {
      made.set(i, item(refused ?? 'notOpen'));
      continue;
    }
    const leftFen = before.budgetFen === null ? null : before.budgetFen - sofar.valueFen;
    const share = allot(need.lines, { leftFen, perNeedFen: before.perNeedFen });
    if (share.outcome !== 'claimed') {
      made.set(i, item(share.outcome));
      continue;
    }
    const pledgeId = uuidv7();
    const actor = { id: part.donor.accountId, role: 'donor' as const };
    const donor = { ...part.donor, sessionId: null };
    const claim = { pledgeId, commandId: `sponsor-${pledgeId}`, donor, actor, delivery: before.delivery, now };
    const records = recordsFor(claim, { need, lines: share.lines, standby: false }, close, deps.reference);
    // An approved sponsorship is no hoard: it does not count against the donor's quota of holds.
    pledges.push({ ...records.pledge, hold: false, sponsorshipId: before._id });
    commands.push(records.command);
    writes.push({ updateOne: holdAsRead(need, share.lines, 1) });
    made.set(i, { needId, outcome: 'claimed', pledgeId, units: share.units, valueFen: share.valueFen });
    totals.claimed += 1;
    totals.units += share.units;
    totals.valueFen += share.valueFen;
  }
  if (!(await models.sponsorships.count(before._id, totals, session))) return null;
  if (writes.length > 0) {
    const reserved = await models.needs.needs.bulkWrite(writes, { session, ordered: false });
    if (reserved.matchedCount !== writes.length) throw new Error('a need changed under its own transaction');
    await models.pledges.pledges.insertMany(pledges, { session, ordered: false });
    await models.commands.commands.insertMany(commands, { session, ordered: false });
  }
  const all = items.map((item, i) => made.get(i) ?? item);
  await models.sponsorships.chunks.updateOne({ _id: chunkId }, { $set: { items: all, done: last } }, { session });
  return commands;
}

/** Those that can be claimed, as the transaction sees them: what is written to them afterwards nobody else has touched. */
async function openNeeds(
  { models }: SponsorDeps,
  donor: Donor,
  ids: readonly string[],
  session: ClientSession,
): Promise<Map<string, NeedRecord>> {
  const rows = await models.needs.needs
    .find(
      {
        _id: { $in: [...ids] },
        stage: 'published',
        expiresAt: { $gt: new Date() },
        audience: { $in: donor.audiences },
      },
      { session, projection: { details: 0, searchTerms: 0, photos: 0, consent: 0 }, maxTimeMS: 10_000 },
    )
    .toArray();
  return new Map(rows.map((need) => [need._id, need as NeedRecord]));
}

function refusalOf(
  { needs, budgetFen }: SponsorshipRecord,
  { claimed, valueFen }: Pick<SponsorshipTotals, 'claimed' | 'valueFen'>,
  need: NeedRecord | undefined,
  notOwn: boolean,
): SponsorshipItem['outcome'] | null {
  if (needs !== null && claimed >= needs) return 'notNeeded';
  if (budgetFen !== null && valueFen >= budgetFen) return 'overBudget';
  if (need === undefined) return 'notOpen';
  return notOwn ? null : 'ownNeed';
}

/** Starts the pledges' cases, a few at a time and not for long: the outbox has them all. */
async function startAll(commands: readonly CommandRecord[], dispatch: SponsorDeps['dispatch']): Promise<void> {
  const until = Date.now() + START_MS;
  const waiting = [...commands];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && Date.now() < until; next = waiting.shift()) {
      await dispatch(next).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: STARTS_AT_ONCE }, lane));
}
