import { publicListQuery, publicNeed, publicNeedPage } from '../../../contracts/http/need.ts';
import { id } from '../../../contracts/http/common.ts';
import { problem } from '../../../contracts/problems.ts';
import { z } from 'zod';
import { publicLineName, publicTitle } from '../../../domain/category/category.ts';
import { readingsOf, type Reading } from '../../../domain/search/terms.ts';
import { tokenizer } from '../../../infra/search.ts';
import { PUBLIC_ORDER, PUBLIC_STAGES, SEARCH_INDEX, type NeedRecord } from '../../../models/need.ts';
import { seenBy } from '../../audience.ts';
import { afterKeys, fullPage, pagingOf, type CursorKeys } from '../../cursor.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { publicDetail, publicRow, PUBLIC_ROW_FIELDS } from './views.ts';

type Query = z.output<typeof publicListQuery>;

const listPublicNeeds = defineRoute({
  method: 'get',
  path: '/v1/needs',
  operationId: 'listPublicNeeds',
  summary: 'Published needs as strangers may see them: pinned ones, then the newest first',
  tags: ['Needs'],
  access: { public: true },
  request: { query: publicListQuery },
  responses: { 200: publicNeedPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, services, query, caller }) {
    const list = `needs?${new URLSearchParams(Object.entries(filtersOf(query))).toString()}`;
    const paging = pagingOf<NeedRecord>(deps.crypto, list, query, (row) => [
      row.pinnedAt?.getTime() ?? 0,
      row.publishedAt?.getTime() ?? 0,
      row._id,
    ]);
    const readings = query.q === undefined ? null : readingsOf(query.q, tokenizer);
    if (readings?.length === 0) return { status: 200, body: { items: [], next: null } };
    const filter = [seenBy(deps, caller) as unknown as Record<string, unknown>, ...publicFilter(deps, query)];
    if (readings !== null) filter.push(await termsFilter(deps, readings));
    const read = (keys: CursorKeys | null, limit: number): Promise<NeedRecord[]> =>
      findPublic(deps, [...filter, afterPlace(keys)], limit, readings === null ? null : query);
    // Pairs that stand apart are no word: what the index found by pairs is checked against the text.
    const { page, next } =
      readings === null
        ? paging.cut(await read(paging.keys, paging.fetch))
        : await fullPage(paging, read, (need) => fits(need, readings, deps));
    services.openNeeds.shown(page.map(({ _id }) => _id));
    const items = page.map((need) => publicRow(need, deps.reference.categories));
    return { status: 200, body: Buffer.from(JSON.stringify({ items, next })) };
  },
});

/** The filters a cursor belongs to: another filter is another list. */
const filtersOf = ({ region, category, kind, urgency, q, stage }: Query): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ region, category, kind, urgency, q, stage }).filter(
      (e): e is [string, string] => e[1] !== undefined,
    ),
  );

function publicFilter(deps: ApiDeps, { region, category, kind, urgency, stage }: Query): Record<string, unknown>[] {
  const filter: Record<string, unknown>[] = [{ stage: stage ?? { $in: [...PUBLIC_STAGES] } }];
  if (region !== undefined) filter.push({ regionPath: region });
  if (category !== undefined) filter.push({ category: oneOf(deps.reference.categories.within(category)) });
  if (kind !== undefined) filter.push({ kind });
  if (urgency !== undefined) filter.push({ urgency });
  return filter;
}

/** MongoDB scans what has the first of the terms and looks for the others there, so the rarest comes first. */
async function termsFilter({ models }: ApiDeps, readings: readonly Reading[]): Promise<Record<string, unknown>> {
  const rarestFirst = await models.termCounts.order();
  const ways = readings.map(({ terms }) => ({ searchTerms: { $all: rarestFirst(terms) } }));
  return ways.length === 1 ? (ways[0] ?? {}) : { $or: ways };
}

const oneOf = (values: string[]): unknown => (values.length === 1 ? values[0] : { $in: values });

/** What comes after a place in the list: pinned needs stand before all others. */
function afterPlace(keys: CursorKeys | null): Record<string, unknown> {
  if (keys === null) return {};
  const [pinned, ...place] = keys;
  const after = afterKeys('publishedAt', 'desc', place);
  if (Number(pinned) === 0) return { pinnedAt: null, ...after };
  const pinnedAt = new Date(Number(pinned));
  return { $or: [{ pinnedAt: { $lt: pinnedAt } }, { pinnedAt: null }, { pinnedAt, ...after }] };
}

/** `search`: the query of a search by text. */
const findPublic = (
  { models }: ApiDeps,
  filter: readonly Record<string, unknown>[],
  limit: number,
  search: Query | null,
): Promise<NeedRecord[]> =>
  models.needs.needs
    .find(
      { $and: [...filter] },
      {
        projection: { ...PUBLIC_ROW_FIELDS, ...(search !== null && { 'lines.name': 1 }) },
        // Else a plan that suited a common word is kept for a rare one. Beside a region either may be the better way.
        ...(search !== null && search.region === undefined && search.category === undefined && { hint: SEARCH_INDEX }),
      },
    )
    .sort(PUBLIC_ORDER)
    .limit(limit)
    .maxTimeMS(3000)
    .toArray();

function fits(need: NeedRecord, readings: readonly Reading[], { reference }: ApiDeps): boolean {
  const record = {
    title: publicTitle(need.title, need.category, reference.categories),
    itemNames: need.lines.map(({ name }) => publicLineName(name, need.category, reference.categories)),
    placeNames: need.regionNames,
  };
  return readings.some((reading) => reading.verify(record));
}

const getPublicNeed = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}',
  operationId: 'getPublicNeed',
  summary: 'One published need, as strangers may see it',
  tags: ['Needs'],
  access: { public: true },
  request: { params: z.strictObject({ needId: id }) },
  responses: { 200: publicNeed },
  async handler({ deps, params, caller, now }) {
    const need = await deps.models.needs.needs.findOne(
      { _id: params.needId, stage: { $in: [...PUBLIC_STAGES] }, ...seenBy(deps, caller) },
      { maxTimeMS: 3000 },
    );
    if (need === null) throw problem('NOT_FOUND');
    const { holdDays } = deps.reference.policyIn(need.regionPath, now).pledge;
    // Who is signed in may claim, and must know what he would send.
    const viewer = { now, holdDays, signedIn: caller !== null };
    return { status: 200, etag: need.rev, body: publicDetail(need, deps.reference.categories, viewer) };
  },
});

export const publicNeedRoutes: readonly AnyRoute[] = [listPublicNeeds, getPublicNeed];
