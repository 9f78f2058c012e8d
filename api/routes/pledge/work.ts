import type { Filter } from 'mongodb';
import { boxQuery, pledgeWorkPage } from '../../../contracts/http/work-list.ts';
import type { Actor, Level } from '../../../domain/kernel/types.ts';
import type { PledgeRecord } from '../../../models/pledge.ts';
import { duePage, type WorkCtx } from '../../date-page.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { NOTHING } from '../../turn.ts';
import { pledgeRowOf } from './views.ts';

/** Deliveries that wait for whom. */

export function parcelFilter({ role, regionCode }: Actor): Filter<PledgeRecord> {
  if ((role !== 'cadre' && role !== 'pointKeeper') || regionCode === undefined) return NOTHING;
  return { regionPath: regionCode, stage: { $in: ['sent', 'atPoint'] }, delivery: 'villagePoint' };
}

const JUDGES: Partial<Record<Level, string>> = { county: 'countyCadre', city: 'cityCadre' };

export function disputeFilter({ role, level, regionCode }: Actor): Filter<PledgeRecord> {
  const waitingOn = level === undefined ? undefined : JUDGES[level];
  if (role !== 'cadre' || regionCode === undefined || waitingOn === undefined) return NOTHING;
  return { regionPath: regionCode, stage: 'disputed', waitingOn };
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
  handler: (ctx) => pledgePage(ctx, 'parcels', parcelFilter(ctx.actor)),
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
  handler: (ctx) => pledgePage(ctx, 'disputes', disputeFilter(ctx.actor)),
});

export const pledgeWorkRoutes: readonly AnyRoute[] = [listParcels, listDisputes];
