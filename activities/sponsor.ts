import type { ClientSession } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import type { EffectAnswer } from '../contracts/cases.ts';
import type { Closeness } from '../domain/pledge/marks.ts';
import type { PledgeLine } from '../domain/pledge/types.ts';
import { allot } from '../domain/sponsorship/allot.ts';
import type { SponsorshipTotals } from '../domain/sponsorship/types.ts';
import { closenessToMany } from '../models/closeness-many.ts';
import type { CommandRecord } from '../models/command.ts';
import type { Models } from '../models/index.ts';
import type { NeedRecord } from '../models/need.ts';
import { holdAsRead } from '../models/need-units.ts';
import type { PledgeRecord } from '../models/pledge.ts';
import { recordsFor } from '../models/reservation.ts';
import type { SponsorshipItem, SponsorshipProgress } from '../models/sponsorship.ts';
import { inTransaction } from '../models/transaction.ts';
import type { Effect } from './react.ts';
import { donorOf, progressOf, type Donor, type SponsorDeps } from './sponsor-plan.ts';

/** The work of a sponsorship: claiming what was planned, a chunk at a time. */

/** Cases are started for so long within a chunk; the sweeper starts the rest from the outbox. */
const START_MS = 10_000;
const STARTS_AT_ONCE = 8;

/**
 * Claims the next chunk. Reservations, pledges, the commands that open their cases, the results and the totals are one
 * transaction: whatever dies and is tried again, a need is claimed once. Answers with the totals of all chunks.
 */
export function createClaimSponsored(deps: SponsorDeps): Effect {
  const { models } = deps;
  return async ({ caseId }) => {
    const sponsorship = await progressOf(models, caseId);
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
  const now = await progressOf(models, caseId);
  const left = !isMet(now, now.totals) && (await models.sponsorships.nextChunk(caseId)) !== null;
  return { name: 'chunkDone', data: { ...now.totals, left, failed: { ...now.failed } } };
}

const isMet = ({ needs, budgetFen }: SponsorshipProgress, { claimed, valueFen }: SponsorshipTotals): boolean =>
  (needs !== null && claimed >= needs) || (budgetFen !== null && valueFen >= budgetFen);

/**
 * In one transaction if nobody is in the way; where single donors keep claiming among these needs, in halves and halves
 * of halves, so that one wanted need does not hold up five hundred.
 */
async function claimChunk(
  deps: SponsorDeps,
  sponsorship: SponsorshipProgress,
  donor: Donor,
  chunk: { readonly _id: string; readonly size: number },
): Promise<CommandRecord[]> {
  const commands: CommandRecord[] = [];
  const parts = [Array.from({ length: chunk.size }, (_, i) => i)];
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
  readonly sponsorship: SponsorshipProgress;
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
  const { sponsorship, chunkId, donor, last } = part;
  const before = await models.sponsorships.progress(sponsorship._id, session);
  const chunk = await models.sponsorships.chunks.findOne({ _id: chunkId }, { session });
  if (before?.stage !== 'running' || chunk === null || chunk.done) return null;
  const items = [...chunk.items];
  const open = part.part.filter((i) => items[i]?.outcome === 'planned');
  const ids = open.map((i) => items[i]?.needId ?? '');
  const needs = await openNeeds(deps, donor, ids, session);
  const closeness = await closenessToMany(models, donor, [...needs.values()]);
  const draw = createDraw(deps, before, donor);
  for (const i of open) {
    const needId = items[i]?.needId ?? '';
    items[i] = draw.take(needId, needs.get(needId), closeness.get(needId) ?? null);
  }
  if (!(await models.sponsorships.count(before._id, draw.totals, session))) return null;
  await writeDraw(models, draw, session);
  await models.sponsorships.chunks.updateOne({ _id: chunkId }, { $set: { items, done: last } }, { session });
  return draw.commands;
}

interface Draw {
  readonly totals: { tried: number; claimed: number; units: number; valueFen: number; failed: Record<string, number> };
  readonly pledges: PledgeRecord[];
  readonly commands: CommandRecord[];
  readonly writes: { updateOne: ReturnType<typeof holdAsRead> }[];
  take(needId: string, need: NeedRecord | undefined, close: Closeness | null): SponsorshipItem;
}

/** Takes need after need, as far as number and budget reach; what is to be written is gathered. */
function createDraw({ reference }: SponsorDeps, sponsorship: SponsorshipProgress, donor: Donor): Draw {
  const totals: Draw['totals'] = { tried: 0, claimed: 0, units: 0, valueFen: 0, failed: {} };
  const now = Date.now();
  const draw: Draw = { totals, pledges: [], commands: [], writes: [], take };

  function take(needId: string, need: NeedRecord | undefined, close: Closeness | null): SponsorshipItem {
    const item = tried(needId, need, close);
    // What was not wanted any more has not failed.
    const failed = item.outcome !== 'claimed' && item.outcome !== 'notNeeded';
    if (failed) totals.failed[item.outcome] = (totals.failed[item.outcome] ?? 0) + 1;
    return item;
  }

  function tried(needId: string, need: NeedRecord | undefined, close: Closeness | null): SponsorshipItem {
    totals.tried += 1;
    const none = { needId, pledgeId: null, units: 0, valueFen: 0 };
    const refused = refusalOf(sponsorship, sofar(), need, close !== null);
    if (refused !== null || need === undefined || close === null) return { ...none, outcome: refused ?? 'notOpen' };
    const leftFen = sponsorship.budgetFen === null ? null : sponsorship.budgetFen - sofar().valueFen;
    const share = allot(need.lines, { leftFen, perNeedFen: sponsorship.perNeedFen });
    if (share.outcome !== 'claimed') return { ...none, outcome: share.outcome };
    const pledgeId = uuidv7();
    pledge(pledgeId, need, share.lines, close);
    totals.claimed += 1;
    totals.units += share.units;
    totals.valueFen += share.valueFen;
    return { needId, outcome: 'claimed', pledgeId, units: share.units, valueFen: share.valueFen };
  }

  const sofar = () => ({
    claimed: sponsorship.totals.claimed + totals.claimed,
    valueFen: sponsorship.totals.valueFen + totals.valueFen,
  });

  function pledge(pledgeId: string, need: NeedRecord, lines: readonly PledgeLine[], close: Closeness): void {
    const claim = {
      pledgeId,
      commandId: `sponsor-${pledgeId}`,
      donor: { ...donor, sessionId: null },
      actor: { id: donor.accountId, role: 'donor' as const },
      delivery: sponsorship.delivery,
      now,
    };
    const records = recordsFor(claim, { need, lines, standby: false }, close, reference);
    // An approved sponsorship is no hoard: it does not count against the donor's quota of holds.
    draw.pledges.push({ ...records.pledge, hold: false, sponsorshipId: sponsorship._id });
    draw.commands.push(records.command);
    draw.writes.push({ updateOne: holdAsRead(need, lines, 1) });
  }

  return draw;
}

async function writeDraw(models: Models, { writes, pledges, commands }: Draw, session: ClientSession): Promise<void> {
  if (writes.length === 0) return;
  const reserved = await models.needs.needs.bulkWrite(writes, { session, ordered: false });
  if (reserved.matchedCount !== writes.length) throw new Error('a need changed under its own transaction');
  await models.pledges.pledges.insertMany(pledges, { session, ordered: false });
  await models.commands.commands.insertMany(commands, { session, ordered: false });
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
        kind: 'goods',
        expiresAt: { $gt: new Date() },
        audience: { $in: donor.audiences },
      },
      {
        session,
        projection: { details: 0, searchTerms: 0, photos: 0, consent: 0 },
        // All in one answer; with exactly as many as there can be, it would be asked whether there are more.
        batchSize: ids.length + 1,
        maxTimeMS: 10_000,
      },
    )
    .toArray();
  return new Map(rows.map((need) => [need._id, need as NeedRecord]));
}

function refusalOf(
  { needs, budgetFen }: SponsorshipProgress,
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
export async function startAll(commands: readonly CommandRecord[], dispatch: SponsorDeps['dispatch']): Promise<void> {
  const until = Date.now() + START_MS;
  const waiting = [...commands];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && Date.now() < until; next = waiting.shift()) {
      await dispatch(next).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: STARTS_AT_ONCE }, lane));
}
