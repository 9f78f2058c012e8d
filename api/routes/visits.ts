import { boxQuery, visitPage } from '../../contracts/http/work-list.ts';
import { personsIn } from '../../domain/access/disclosure.ts';
import { byDueDate, type WorkCtx } from '../date-page.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { asWorker } from '../ties.ts';
import { visitFilter, WORK_FIELDS, workRowOf } from './need/work.ts';
import { receiptVisitFilter } from './pledge/work.ts';
import { pledgeRowOf } from './pledge/views.ts';

/** Whom a cadre of the village goes to see: those who do not answer, and those who do not confirm a receipt. */

export async function visitsOf({ deps, query, actor }: WorkCtx) {
  const { needs, pledges } = deps.models;
  const ctx = { deps, query, actor };
  const worker = await asWorker(deps, actor);
  const unanswered = { collection: needs.needs, filter: visitFilter(worker), projection: WORK_FIELDS };
  const unconfirmed = { collection: pledges.pledges, filter: receiptVisitFilter(worker) };
  const { page, next } = await byDueDate(ctx, 'visits', unanswered, unconfirmed);
  const items = page.map((row) =>
    row.of === 'first'
      ? { about: 'outcome' as const, ...workRowOf(row.record) }
      : { about: 'receipt' as const, ...pledgeRowOf(row.record) },
  );
  const persons = personsIn(
    actor,
    page.map(({ record }) => record),
  );
  return { status: 200 as const, persons, body: { items, next } };
}

const listVisits = defineRoute({
  method: 'get',
  path: '/v1/work-list/visits',
  operationId: 'listVisits',
  summary:
    'Visits that are due: households that did not answer, and deliveries, services and jobs that nobody confirms',
  tags: ['Work list'],
  access: { roles: ['cadre'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: visitPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.visits',
  personal: 'visit',
  handler: visitsOf,
});

export const visitRoutes: readonly AnyRoute[] = [listVisits];
