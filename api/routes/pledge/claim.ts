import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { claimBody, claimSchema } from '../../../contracts/http/pledge.ts';
import { fieldProblem, Problem, problem } from '../../../contracts/problems.ts';
import type { PledgeLine } from '../../../domain/pledge/types.ts';
import { createCloseness } from '../../../models/closeness.ts';
import type { NeedRecord } from '../../../models/need.ts';
import { createReservations, type Claim, type ClaimResult } from '../../../models/reservation.ts';
import { byIdTogether } from '../../../models/together.ts';
import { createJointReservations, type PreparedClaim } from '../../../models/reservation-many.ts';
import { seenBy } from '../../audience.ts';
import type { ApiDeps } from '../../deps.ts';
import { createBatches } from '../../batches.ts';
import { createPace } from '../../pace.ts';
import { createLanes } from '../../gateway-limits.ts';
import { createTooLate, findClaimable } from './lost-claim.ts';
import { defineRoute, type Ctx } from '../../route.ts';

/** Of one need: more at once would only make each other and everybody else wait. */
const CROWD = { by: 'needId', atOnce: 64, waiting: 1_000, waitMs: 8_000 };
/**
 * So many cases of a crowd are opened at once; the rest at the pace of `CROWD_STARTS_PER_SECOND`, and not before the first
 * rush is over: each opening writes to the need that the crowd claims, and one of the two would have to start again.
 */
const OPENINGS = { burst: 4, restMs: 5_000 };
/** The needs that one donor claims at once come one after the other. */
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
    'MORE_THAN_WANTED',
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
  crowd: CROWD,
  bodyLimit: 20_000,
  gone,
  async handler(ctx) {
    const { deps } = ctx;
    const { pledge, command } = await claim(ctx);
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

function createTools(all: ApiDeps) {
  const { config, models, reference } = all;
  const closenessOf = createCloseness(models);
  const startAt = createPace({ ...OPENINGS, perSecond: config.crowdStartsPerSecond });
  const deps = { models, reference, closenessOf, startAt };
  const joint = createJointReservations(deps);
  /** Two transactions on one need only make each other start again; what waits goes together with the next one. */
  const crowds = createBatches<PreparedClaim | null, ClaimResult>(
    { most: 100, waiting: 500, waitMs: 10_000 },
    (claims) => joint.reserve(claims.filter((claim) => claim !== null)),
  );
  return {
    closenessOf,
    prepare: joint.prepare,
    crowds,
    reserve: createReservations(deps),
    tooLate: createTooLate(all),
    findPledge: byIdTogether((ids) =>
      models.pledges.pledges.find({ _id: { $in: [...ids] } }, { maxTimeMS: 3000 }).toArray(),
    ),
  };
}

function toolsOf(deps: ApiDeps): ReturnType<typeof createTools> {
  const made = tools.get(deps) ?? createTools(deps);
  tools.set(deps, made);
  return made;
}

type Won = Extract<ClaimResult, { ok: true }>;

async function attempt(ctx: ClaimCtx): Promise<ClaimResult> {
  const { deps, caller, params: path } = ctx;
  const { prepare, crowds, reserve } = toolsOf(deps);
  const lines = 'whole' in ctx.body ? null : distinct(ctx.body.lines);
  const alone = async (again: boolean): Promise<ClaimResult> => {
    const result = await donorLanes.run(caller.accountId, async () =>
      reserve(claimOf(ctx, lines ?? (await allFree(ctx)))),
    );
    return again && !result.ok ? ((await madeBefore(ctx)) ?? result) : result;
  };
  // What is free must be looked up for a whole claim, and the queue for one that waits: each in its own turn.
  const item = lines === null || ctx.body.standby === true ? null : await prepare(claimOf(ctx, lines));
  const owner = item === null ? null : caller.accountId;
  return crowds.run(path.needId, { item, owner, alone });
}

/** A claim that was made already, and finds its own units taken or its own hold in the quota. */
async function madeBefore(ctx: ClaimCtx): Promise<Won | null> {
  const pledge = await toolsOf(ctx.deps).findPledge(ctx.newId('pledge'));
  return pledge === null ? null : { ok: true, pledge, command: null };
}

/** Who comes for the first time and is refused has made none: in a crowd nobody pays for looking. */
async function claim(ctx: ClaimCtx): Promise<Won> {
  const result = await attempt(ctx).catch((error: unknown) => ({ ok: false as const, error }));
  if (result.ok) return result;
  const isUncertain = 'error' in result && !(result.error instanceof Problem);
  const before = ctx.isRepeat || isUncertain ? await madeBefore(ctx) : null;
  if (before !== null) return before;
  if ('error' in result) throw result.error;
  const { refusal } = result;
  if (refusal.code === 'HOLDS_EXCEEDED') throw problem(refusal.code, { members: { limit: refusal.limit } });
  if (refusal.code !== 'NOT_FREE') throw problem(refusal.code);
  throw await lost(ctx, 'whole' in ctx.body ? [] : ctx.body.lines);
}

const claimOf = (ctx: ClaimCtx, lines: readonly PledgeLine[]): Claim => ({
  pledgeId: ctx.newId('pledge'),
  commandId: ctx.commandId,
  needId: ctx.params.needId,
  donor: ctx.caller,
  actor: ctx.actor,
  delivery: ctx.body.delivery,
  lines,
  standby: ctx.body.standby ?? false,
  seenBy: { ...seenOf(ctx) },
  now: ctx.now,
});

const lost = (ctx: ClaimCtx, lines: readonly PledgeLine[]) =>
  toolsOf(ctx.deps).tooLate.answer(ctx.params.needId, lines, { now: ctx.now, seen: seenOf(ctx) });

/** Who wants certain units now, and no place in the queue, may be told from memory that nothing is left. */
function gone(ctx: ClaimCtx): Problem | null {
  if ('whole' in ctx.body || ctx.body.standby === true) return null;
  return toolsOf(ctx.deps).tooLate.known(ctx.params.needId, ctx.body.lines, seenOf(ctx));
}

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
  if (ctx.body.standby !== true || taken.length === 0) throw await lost(ctx, []);
  return taken.map(({ id: lineId, held, sent }) => ({ lineId, quantity: held + sent }));
}
