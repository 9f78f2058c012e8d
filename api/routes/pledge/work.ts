import type { Filter } from 'mongodb';
import { boxQuery, pledgeWorkPage } from '../../../contracts/http/work-list.ts';
import { himself } from '../../../domain/access/scope.ts';
import { judgeOf } from '../../../domain/pledge/view.ts';
import type { PledgeRecord } from '../../../models/pledge.ts';
import { duePage, type WorkCtx } from '../../date-page.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { asWorker, type Worker } from '../../ties.ts';
import { NOTHING, notOwn } from '../../turn.ts';
import { pledgeRowOf } from './views.ts';

/** Deliveries that wait for whom. */

/** Nor his own gifts. */
const notOwnDelivery = (actor: Worker) => ({ ...notOwn(actor), donorId: { $nin: [...himself(actor)] } });

export function parcelFilter(actor: Worker): Filter<PledgeRecord> {
  const { role, regionCode } = actor;
  if ((role !== 'cadre' && role !== 'pointKeeper') || regionCode === undefined) return NOTHING;
  const delivery = { stage: { $in: ['sent' as const, 'atPoint' as const] }, delivery: 'villagePoint' as const };
  return { regionPath: regionCode, ...delivery, ...notOwnDelivery(actor) };
}

/** What was sent and nobody confirms, whatever it is and however it comes. */
export function receiptVisitFilter(actor: Worker): Filter<PledgeRecord> {
  const { role, level, regionCode } = actor;
  if (role !== 'cadre' || regionCode === undefined || (level !== 'village' && level !== 'township')) return NOTHING;
  const due = { stage: { $in: ['sent' as const, 'atPoint' as const] }, waitingOn: 'villageCadre' };
  return { regionPath: regionCode, ...due, ...notOwnDelivery(actor) };
}

export function disputeFilter(actor: Worker): Filter<PledgeRecord> {
  const { role, level, regionCode } = actor;
  const waitingOn = judgeOf(level);
  if (role !== 'cadre' || regionCode === undefined || waitingOn === null) return NOTHING;
  return { regionPath: regionCode, stage: 'disputed', waitingOn, ...notOwnDelivery(actor) };
}

export const pledgePage = (ctx: WorkCtx, name: string, filter: Filter<PledgeRecord>) =>
  duePage(ctx, name, { collection: ctx.deps.models.pledges.pledges, filter, rowOf: pledgeRowOf });

const listParcels = defineRoute({
  method: 'get',
  path: '/v1/work-list/parcels',
  operationId: 'listParcels',
  summary: 'Parcels on their way to the village point or waiting there',
  tags: ['Work list'],
  access: { roles: ['cadre', 'pointKeeper'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: pledgeWorkPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.parcels',
  personal: 'delivery',
  handler: async (ctx) => pledgePage(ctx, 'parcels', parcelFilter(await asWorker(ctx.deps, ctx.actor))),
});

const listDisputes = defineRoute({
  method: 'get',
  path: '/v1/work-list/disputes',
  operationId: 'listDisputes',
  summary: 'Disputed deliveries for your level to rule on',
  tags: ['Work list'],
  access: { roles: ['cadre'], levels: ['county', 'city'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: pledgeWorkPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.disputes',
  personal: 'delivery',
  handler: async (ctx) => pledgePage(ctx, 'disputes', disputeFilter(await asWorker(ctx.deps, ctx.actor))),
});

export const pledgeWorkRoutes: readonly AnyRoute[] = [listParcels, listDisputes];
