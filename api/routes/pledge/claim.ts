import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { claimBody, claimSchema } from '../../../contracts/http/pledge.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import type { PledgeLine } from '../../../domain/pledge/types.ts';
import { createCloseness } from '../../../models/closeness.ts';
import type { NeedRecord } from '../../../models/need.ts';
import { createReservations, type ClaimResult } from '../../../models/reservation.ts';
import { seenBy } from '../../audience.ts';
import type { ApiDeps } from '../../deps.ts';
import { createLanes } from '../../gateway-limits.ts';
import { findClaimable, lostClaim } from './lost-claim.ts';
import { defineRoute, type Ctx } from '../../route.ts';

/**
 * Donors of one need stand in line within a process: two transactions on one document only make each other start again.
 * Other processes are kept apart by the transaction itself.
 */
const lanes = createLanes({ inFlight: 1, waiting: 500, waitMs: 10_000 });
/** The same for the needs that one donor claims at once. */
const donorLanes = createLanes({ inFlight: 1, waiting: 100, waitMs: 10_000 });

type ClaimCtx = Ctx<
  { readonly signedIn: true; readonly scope: 'none' },
  { params: typeof params; body: typeof claimBody }
>;
const params = z.strictObject({ needId: id });

/**
 * A claim is one transaction (models/reservation.ts). The pledge's case starts right after the answer; the need's own
 * workflow hears of it only when everything is taken.
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
    'DELIVERY_NOT_FITTING',
    'VETTING_REQUIRED',
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

const closenessOf = (ctx: ClaimCtx, need: NeedRecord) => toolsOf(ctx.deps).closenessOf(ctx.caller, need);

/** Made once per process: who is close to a need is remembered for a while. */
const tools = new WeakMap<ApiDeps, ReturnType<typeof createTools>>();

function createTools({ models, reference }: ApiDeps) {
  const closenessOf = createCloseness(models);
  return { closenessOf, reserve: createReservations({ models, reference, closenessOf }) };
}

function toolsOf(deps: ApiDeps): ReturnType<typeof createTools> {
  const made = tools.get(deps) ?? createTools(deps);
  tools.set(deps, made);
  return made;
}

async function claim(ctx: ClaimCtx): Promise<Extract<ClaimResult, { ok: true }>> {
  const { deps, caller, now, actor, commandId, params: path } = ctx;
  const { delivery, standby = false } = ctx.body;
  const lines = 'whole' in ctx.body ? await allFree(ctx) : distinct(ctx.body.lines);
  const result = await toolsOf(deps).reserve({
    pledgeId: ctx.newId('pledge'),
    commandId,
    needId: path.needId,
    donor: caller,
    actor,
    delivery,
    lines,
    standby,
    seenBy: { ...seenOf(ctx) },
    now,
  });
  if (result.ok) return result;
  const { refusal } = result;
  if (refusal.code === 'HOLDS_EXCEEDED') throw problem(refusal.code, { members: { limit: refusal.limit } });
  if (refusal.code !== 'NOT_FREE') throw problem(refusal.code);
  throw await lost(ctx, await findClaimable(deps, path.needId, seenOf(ctx)), lines);
}

const lost = (ctx: ClaimCtx, need: NeedRecord, lines: readonly PledgeLine[]) =>
  lostClaim(ctx.deps, need, lines, { now: ctx.now, seen: seenOf(ctx) });

/** A need outside of his audience does not exist for him. */
const seenOf = ({ deps, caller }: ClaimCtx) => seenBy(deps, caller);

function distinct(lines: readonly PledgeLine[]): readonly PledgeLine[] {
  const twice = lines.findIndex((line, i) => lines.findIndex((other) => other.lineId === line.lineId) < i);
  if (twice >= 0) throw fieldProblem('INVALID_REQUEST', `/body/lines/${twice}/lineId`, 'name each line once');
  return lines;
}

async function allFree(ctx: ClaimCtx): Promise<readonly PledgeLine[]> {
  const need = await findClaimable(ctx.deps, ctx.params.needId, seenOf(ctx));
  if ((await closenessOf(ctx, need)) === null) throw problem('OWN_NEED');
  const free = need.lines
    .filter((line) => line.free > 0)
    .map(({ id: lineId, free: quantity }) => ({ lineId, quantity }));
  if (free.length > 0) return free;
  const taken = need.lines.filter((line) => line.held + line.sent > 0);
  if (ctx.body.standby !== true || taken.length === 0) throw await lost(ctx, need, []);
  return taken.map(({ id: lineId, held, sent }) => ({ lineId, quantity: held + sent }));
}
