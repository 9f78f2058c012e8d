import type { ClientSession } from 'mongoose';
import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { claimBody, claimSchema } from '../../../contracts/http/pledge.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import type { JsonObject } from '../../../domain/kernel/types.ts';
import { holdQuota } from '../../../domain/pledge/reliability.ts';
import { marksOf, type Closeness } from '../../../domain/pledge/marks.ts';
import type { NeedState } from '../../../domain/need/types.ts';
import type { PledgeLine, PledgeSeed } from '../../../domain/pledge/types.ts';
import { isDuplicateKey, type CommandRecord } from '../../../models/command.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { PledgeRecord } from '../../../models/pledge.ts';
import { seenBy } from '../../audience.ts';
import { createLanes } from '../../gateway-limits.ts';
import { startingCommand } from '../../gateway.ts';
import { createInsiders } from './insider.ts';
import { findClaimable, lineUnknown, lostClaim } from './lost-claim.ts';
import { publicTitle } from '../need/views.ts';
import { defineRoute, type Ctx } from '../../route.ts';
import { inTransaction } from '../../transaction.ts';

const URGENCY = { urgent: 1, normal: 2, low: 3 } as const;

/**
 * Donors of one need stand in line within a process: two transactions on one document only make each other start again.
 * Other processes are kept apart by the transaction itself.
 */
const lanes = createLanes({ inFlight: 1, waiting: 500, waitMs: 10_000 });
/** The same for the needs that one donor claims at once. */
const donorLanes = createLanes({ inFlight: 1, waiting: 100, waitMs: 10_000 });
const closenessOf = createInsiders();

type ClaimCtx = Ctx<
  { readonly signedIn: true; readonly scope: 'none' },
  { params: typeof params; body: typeof claimBody }
>;
const params = z.strictObject({ needId: id });

/**
 * A claim is one transaction: the reservation (a conditional update, so that no unit is given twice), the pledge's
 * record and the command that opens its case. The case starts right after the answer; the need's own workflow hears
 * of it only when everything is taken.
 */
export const claimNeed = defineRoute({
  method: 'post',
  path: '/v1/needs/{needId}/claims',
  operationId: 'claimNeed',
  summary: 'Claim units of a published need',
  description:
    'The units are held for the policy’s time; nobody else can claim them meanwhile. With `standby` a claim for units that others hold joins the queue; whoever is first gets what comes free.',
  tags: ['Pledges'],
  access: { signedIn: true, scope: 'none' },
  request: { params, body: claimBody },
  responses: { 201: claimSchema },
  problems: [
    'UNITS_NOT_AVAILABLE',
    'NOT_OPEN_FOR_CLAIMS',
    'OWN_NEED',
    'HOLDS_EXCEEDED',
    'LINE_UNKNOWN',
    'STANDBY_FULL',
    'ALREADY_WAITING',
  ],
  audit: 'pledge.claim',
  async handler(ctx) {
    const { deps, params: path } = ctx;
    const { pledge, command } = await lanes.run(path.needId, () =>
      donorLanes.run(ctx.caller.accountId, () => claim(ctx)),
    );
    // Not awaited: what the donor waits for is done. What cannot be sent now, the sweeper sends.
    if (command !== null) void deps.gateway.dispatch(command);
    const { _id, needId, lines, standby = false, delivery, marks } = pledge;
    return {
      status: 201,
      headers: { Location: `/v1/pledges/${_id}` },
      body: { id: _id, needId, stage: 'offered', lines: [...lines], standby, delivery, marks },
    };
  },
});

interface Claimed {
  readonly pledge: PledgeRecord;
  readonly command: CommandRecord | null;
}

async function claim(ctx: ClaimCtx): Promise<Claimed> {
  const { models } = ctx.deps;
  const lines = 'whole' in ctx.body ? await allFree(ctx) : distinct(ctx.body.lines);
  try {
    return await inTransaction(models.db, (session) => reserveAndRecord(ctx, lines, session));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // The same request came before and its answer was lost.
    const pledge = await models.pledges.find(ctx.newId('pledge'));
    // Else two claims of one donor made his record at once: now it is there.
    if (pledge === null) return inTransaction(models.db, (session) => reserveAndRecord(ctx, lines, session));
    return { pledge, command: null };
  }
}

async function reserveAndRecord(ctx: ClaimCtx, lines: readonly PledgeLine[], session: ClientSession): Promise<Claimed> {
  const { deps } = ctx;
  const { needs, pledges, donors, commands } = deps.models;
  const need = await needs.reserve({ needId: ctx.params.needId, lines, seenBy: { ...seenOf(ctx) } }, session);
  const share = need === null ? await placeInQueue(ctx, lines, session) : { need, lines, standby: false };
  const closeness = await closenessOf(deps, ctx.caller, share.need);
  const { pledge, command } = recordsFor(ctx, share, closeness);
  await pledges.pledges.insertOne(pledge, { session });
  // Counted in the same transaction: claims of one donor for several needs come one after the other.
  const donor = await donors.add(ctx.caller.accountId, { holds: 1 }, session);
  const limit = holdQuota(donor, policyOf(ctx));
  if (donor.holds > limit) throw problem('HOLDS_EXCEEDED', { members: { limit } });
  await commands.commands.insertOne(command, { session });
  return { pledge, command };
}

/** A need outside of his audience does not exist for him. */
const seenOf = ({ deps, caller }: ClaimCtx) => seenBy(deps, caller);

const policyOf = ({ deps, now }: ClaimCtx) => deps.reference.currentPolicy(now).pledge;

/** What a donor gets: units, or a place in the standby queue for them. */
interface Share {
  readonly need: NeedRecord;
  readonly lines: readonly PledgeLine[];
  readonly standby: boolean;
}

/** Others hold the units. Who wants to wait joins the queue, in the same transaction; to everybody else it is said. */
async function placeInQueue(ctx: ClaimCtx, lines: readonly PledgeLine[], session: ClientSession): Promise<Share> {
  const { needs, pledges } = ctx.deps.models;
  const { needId } = ctx.params;
  const before = await findClaimable(ctx.deps, ctx.params.needId, seenOf(ctx));
  if (ctx.body.standby !== true || lineUnknown(before, lines) >= 0 || !(await mayWait(ctx, before)))
    throw await lostClaim(ctx.deps, before, lines, { now: ctx.now, seen: seenOf(ctx) });
  const need = await needs.joinQueue(needId, policyOf(ctx).standbyPerNeed ?? 0, session);
  if (need === null) throw problem('STANDBY_FULL');
  // The need was written just now, so two joins of one donor come one after the other.
  const mine = { needId, donorId: ctx.caller.accountId, standby: true, stage: { $in: [...QUEUED] } };
  if ((await pledges.pledges.findOne(mine, { session, maxTimeMS: 3000 })) !== null) throw problem('ALREADY_WAITING');
  const wanted = lines.map(({ lineId, quantity }) => ({
    lineId,
    quantity: Math.min(quantity, need.lines.find((line) => line.id === lineId)?.quantity ?? 0),
  }));
  return { need, lines: wanted, standby: true };
}

const QUEUED = ['offered', 'waiting', 'parked'] as const;

/** Whether units may come free for donors: not when the rest is given up. */
async function mayWait({ deps, now }: ClaimCtx, need: NeedRecord): Promise<boolean> {
  if (need.stage === 'published') return (need.expiresAt?.getTime() ?? 0) > now;
  if (need.stage !== 'matched') return false;
  const record = await deps.models.cases.find('need', need._id);
  return (record?.state as NeedState | undefined)?.rest === 'open';
}

function recordsFor(
  ctx: ClaimCtx,
  { need, lines, standby }: Share,
  closeness: Closeness,
): { pledge: PledgeRecord; command: CommandRecord } {
  const { deps, caller, now } = ctx;
  const pledgeId = ctx.newId('pledge');
  const priceOf = (lineId: string): number => need.lines.find((line) => line.id === lineId)?.unitPriceFen ?? 0;
  const valueFen = lines.reduce((sum, line) => sum + line.quantity * priceOf(line.lineId), 0);
  const publishedAt = need.publishedAt?.getTime() ?? null;
  const marks = marksOf({
    donor: caller,
    need: { ...need, publishedAt },
    closeness,
    valueFen,
    now,
    limits: policyOf(ctx).marks,
  });
  const seed: PledgeSeed = {
    needId: need._id,
    donorId: caller.accountId,
    publisherId: need.publisherId,
    householdId: need.householdId,
    regionPath: need.regionPath,
    category: need.category,
    urgency: URGENCY[need.urgency],
    delivery: ctx.body.delivery,
    lines,
    marks,
    ...(standby && { standby: true as const }),
  };
  const at = new Date(now);
  const { category: _c, urgency: _u, lines: _l, marks: _m, regionPath: _r, standby: _s, ...ids } = seed;
  const pledge: PledgeRecord = {
    _id: pledgeId,
    rev: 1,
    stage: 'offered',
    seq: 0,
    stageSince: at,
    dueAt: null,
    waitingOn: 'system',
    needTitle: publicTitle(need.title, need.category, deps.reference.categories),
    ...ids,
    regionPath: need.regionPath,
    lines: [...lines],
    ...(standby && { standby, queuedAt: at }),
    hold: true,
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
    commandId: ctx.commandId,
    caseType: 'pledge',
    caseId: pledgeId,
    name: standby ? 'queue' : 'hold',
    actor: ctx.actor,
    data: {},
    seed: seed as unknown as JsonObject,
    policyVersion: deps.reference.currentPolicy(now).version,
  });
  return { pledge, command };
}

function distinct(lines: readonly PledgeLine[]): readonly PledgeLine[] {
  const twice = lines.findIndex((line, i) => lines.findIndex((other) => other.lineId === line.lineId) < i);
  if (twice >= 0) throw fieldProblem('INVALID_REQUEST', `/body/lines/${twice}/lineId`, 'name each line once');
  return lines;
}

async function allFree(ctx: ClaimCtx): Promise<readonly PledgeLine[]> {
  const need = await findClaimable(ctx.deps, ctx.params.needId, seenOf(ctx));
  await closenessOf(ctx.deps, ctx.caller, need);
  const free = need.lines
    .filter((line) => line.free > 0)
    .map(({ id: lineId, free: quantity }) => ({ lineId, quantity }));
  if (free.length > 0) return free;
  const taken = need.lines.filter((line) => line.held + line.sent > 0);
  if (ctx.body.standby !== true || taken.length === 0)
    throw await lostClaim(ctx.deps, need, [], { now: ctx.now, seen: seenOf(ctx) });
  return taken.map(({ id: lineId, held, sent }) => ({ lineId, quantity: held + sent }));
}
