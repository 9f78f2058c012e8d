import { stuckPage, stuckQuery, stuckSummaryQuery, stuckSummarySchema } from '../../contracts/http/operator.ts';
import type { CaseType } from '../../contracts/cases.ts';
import type { CaseRecord, StuckGroup } from '../../models/case.ts';
import { pagingOf } from '../cursor.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { caseFields, OPERATOR } from './case-fields.ts';

/** Cases that cannot go on by themselves: how many by place and reason, and which. */

const listStuck = defineRoute({
  method: 'get',
  path: '/v1/operator/stuck',
  operationId: 'listStuckCases',
  summary: 'Cases that are parked, overdue, or longer in their stage than any rule allows',
  tags: ['Operations'],
  access: OPERATOR,
  request: { query: stuckQuery },
  responses: { 200: stuckPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, now }) {
    const { kind, region, reason, caseType: type } = query;
    const list = `stuck ${[kind, region, reason, type].join(' ')}`;
    const sortedBy = ({ stageSince, dueAt, reportAfter }: CaseRecord) =>
      ({ parked: stageSince, overdue: dueAt, stuck: reportAfter })[kind]?.getTime() ?? 0;
    const paging = pagingOf<CaseRecord>(deps.crypto, list, query, (row) => [sortedBy(row), row._id]);
    const [at, key] = paging.keys ?? [];
    const rows = await deps.models.cases.stuck({
      kind,
      now: new Date(now),
      limit: paging.fetch,
      ...(region !== undefined && { regionCode: region }),
      ...(reason !== undefined && { reason }),
      ...(type !== undefined && { caseType: type }),
      ...(at !== undefined && { after: { at: new Date(Number(at)), id: String(key) } }),
    });
    const { page, next } = paging.cut(rows);
    return { status: 200, body: { items: page.map((record) => caseFields(deps, record)), next } };
  },
});

const summariseStuck = defineRoute({
  method: 'get',
  path: '/v1/operator/stuck/summary',
  operationId: 'summariseStuckCases',
  summary: 'How many cases are parked, overdue or stuck, by region one level down and by reason or stage',
  tags: ['Operations'],
  access: OPERATOR,
  rate: 'search',
  request: { query: stuckSummaryQuery },
  responses: { 200: stuckSummarySchema },
  async handler({ deps, query: { kind, region }, now }) {
    const groups = await deps.models.cases.stuckGroups({
      kind,
      now: new Date(now),
      ...(region !== undefined && { regionCode: region }),
    });
    const { regions } = deps.reference;
    const row = ({ region: code, oldest, ...group }: StuckGroup) => ({
      ...group,
      caseType: group.caseType as CaseType,
      region: code,
      place: code === null ? null : (regions.find(code)?.name ?? null),
      oldest: oldest.toISOString(),
    });
    return { status: 200, body: { total: groups.reduce((sum, g) => sum + g.count, 0), groups: groups.map(row) } };
  },
});

export const stuckRoutes: readonly AnyRoute[] = [listStuck, summariseStuck];
