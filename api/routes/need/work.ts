import type { Filter } from 'mongodb';
import type { z } from 'zod';
import { boxQuery, reviewPage, reviewsQuery, type reviewBox } from '../../../contracts/http/work-list.ts';
import { himself } from '../../../domain/access/scope.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import { levelOf } from '../../../domain/region/region.ts';
import type { NeedRecord } from '../../../models/need.ts';
import { duePage, type WorkCtx } from '../../date-page.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { asWorker, type Worker } from '../../ties.ts';
import { NOTHING, notOwn, notTied } from '../../turn.ts';
import { ownRow, takenView } from './views.ts';

/** Needs that wait for whom, and that he may decide. Region, level and own postings are part of every query. */

type Box = z.output<typeof reviewBox>;
const DAY_MS = 86_400_000;
const ASKED_AT_MOST = 1000;

export function reviewFilter(actor: Worker, box: Box, now: number): Filter<NeedRecord> {
  const { role, level, regionCode } = actor;
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return NOTHING;
  const inRegion = { regionPath: regionCode, stage: 'underReview' as const, ...notTied(actor) };
  if (box === 'below') return { ...inRegion, reviewLevel: { $ne: level } };
  if (box === 'advice') return { ...inRegion, reviewLevel: level };
  const own = [...himself(actor)];
  const turn = { ...inRegion, reviewLevel: level, reviewAssigneeId: { $in: [null, ...own] }, ...notBarred(actor) };
  if (box === 'mine') return { ...turn, reviewAssigneeId: { $in: own } };
  if (box === 'overdue') return { ...turn, dueAt: { $lt: new Date(now) } };
  if (box === 'nearing') return { ...turn, dueAt: { $gte: new Date(now), $lt: new Date(now + DAY_MS) } };
  return turn;
}

/** What waits for another than him, or the one he stands in for: he has decided before, or doubts it. */
const notBarred = (actor: Actor) => ({ barred: { $nin: [...himself(actor)] } });

/** Questions after the receipt that stayed without an answer. */
export function visitFilter(actor: Worker): Filter<NeedRecord> {
  const { role, level, regionCode } = actor;
  if (role !== 'cadre' || regionCode === undefined || (level !== 'village' && level !== 'township')) return NOTHING;
  return { regionPath: regionCode, stage: 'following', waitingOn: 'villageCadre', ...notOwn(actor) };
}

/** Doubts for the actor's level to look at. */
export function challengeFilter(actor: Worker): Filter<NeedRecord> {
  const { role, level, regionCode } = actor;
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return NOTHING;
  return { regionPath: regionCode, stage: 'challenged', reviewLevel: level, ...notBarred(actor), ...notTied(actor) };
}

/** Of a unit those of its level; older records do not say whose they are and began with the county. */
export function handOffFilter(actor: Worker): Filter<NeedRecord> {
  const { role, regionCode } = actor;
  if (role === 'operator') return { stage: 'handedOff' };
  if (role !== 'aidUnit' || regionCode === undefined) return NOTHING;
  const level = levelOf(regionCode);
  const reviewLevel = level === 'county' ? { $in: [level, null] } : level;
  return { regionPath: regionCode, stage: 'handedOff', reviewLevel, ...notOwn(actor) };
}

/** Needs on which the actor's level was asked by the one below. */
export const adviceFilter = async (deps: ApiDeps, actor: Worker, now: number): Promise<Filter<NeedRecord>> => ({
  ...reviewFilter(actor, 'advice', now),
  _id: { $in: await adviceAsked(deps, actor) },
});

/** Only the case's own state knows it. */
async function adviceAsked({ models }: ApiDeps, actor: Actor): Promise<string[]> {
  const { role, level, regionCode } = actor;
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return [];
  const asked = await models.cases.cases
    .find(
      {
        regionPath: regionCode,
        terminal: false,
        caseType: 'need',
        stage: 'underReview',
        'state.review.level': level,
        'state.review.askedBy': { $ne: null },
      },
      { projection: { caseId: 1 }, limit: ASKED_AT_MOST, maxTimeMS: 3000 },
    )
    .toArray();
  return asked.map(({ caseId }) => caseId);
}

export const WORK_FIELDS = { details: 0, searchTerms: 0 } as const;
export const workRowOf = (need: NeedRecord) => ({ ...ownRow(need), taken: takenView(need) });

export const needPage = (ctx: WorkCtx, name: string, filter: Filter<NeedRecord>) =>
  duePage(ctx, name, {
    collection: ctx.deps.models.needs.needs,
    filter,
    projection: WORK_FIELDS,
    rowOf: workRowOf,
  });

const listReviews = defineRoute({
  method: 'get',
  path: '/v1/work-list/reviews',
  operationId: 'listReviews',
  summary: 'Needs to review, earliest deadline first',
  tags: ['Work list'],
  access: { roles: ['cadre'], scope: 'none' },
  request: { query: reviewsQuery },
  responses: { 200: reviewPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.reviews',
  personal: 'review',
  async handler(ctx) {
    const { deps, query, actor, now } = ctx;
    const box = query.box ?? 'level';
    const worker = await asWorker(deps, actor);
    const filter = box === 'advice' ? await adviceFilter(deps, worker, now) : reviewFilter(worker, box, now);
    return needPage(ctx, `reviews ${box}`, filter);
  },
});

const listChallenges = defineRoute({
  method: 'get',
  path: '/v1/work-list/challenges',
  operationId: 'listChallenges',
  summary: 'Doubted needs for your level to look at',
  tags: ['Work list'],
  access: { roles: ['cadre'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: reviewPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.challenges',
  personal: 'review',
  handler: async (ctx) => needPage(ctx, 'challenges', challengeFilter(await asWorker(ctx.deps, ctx.actor))),
});

const listHandOffs = defineRoute({
  method: 'get',
  path: '/v1/work-list/hand-offs',
  operationId: 'listHandOffs',
  summary: 'Needs that nobody met, waiting for an outcome',
  tags: ['Work list'],
  access: { roles: ['aidUnit', 'operator'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: reviewPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.handOffs',
  personal: 'help',
  handler: async (ctx) => needPage(ctx, 'hand-offs', handOffFilter(await asWorker(ctx.deps, ctx.actor))),
});

export const needWorkRoutes: readonly AnyRoute[] = [listReviews, listChallenges, listHandOffs];
