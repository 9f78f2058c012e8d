import type { z } from 'zod';
import { timelineSchema } from '../../../contracts/http/need.ts';
import {
  sponsorshipListQuery,
  sponsorshipPage,
  sponsorshipParams as params,
  sponsorshipResultPage,
  sponsorshipResultQuery,
  sponsorshipSchema,
  type sponsorshipRow,
} from '../../../contracts/http/sponsorship.ts';
import { DEFAULT_PAGE } from '../../../contracts/http/common.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import { scopeFilter, scopeOf } from '../../../domain/access/scope.ts';
import { allowedCommands } from '../../../domain/kernel/table.ts';
import { sponsorshipTable } from '../../../domain/sponsorship/table.ts';
import { sponsorshipEventText } from '../../../domain/sponsorship/timeline.ts';
import type { SponsorshipState } from '../../../domain/sponsorship/types.ts';
import { whySponsorshipSentence, whySponsorshipWaits } from '../../../domain/sponsorship/why-waiting.ts';
import type { SponsorshipItem, SponsorshipRecord } from '../../../models/sponsorship.ts';
import { loadInScope } from '../../case-command.ts';
import { afterKeys, pagingOf } from '../../cursor.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { timelineOf } from '../../timeline.ts';
import { standingOf } from '../../standing.ts';

const PARTY = { signedIn: true, scope: 'party' } as const;

const rowOf = (record: SponsorshipRecord): z.input<typeof sponsorshipRow> => ({
  ...standingOf(record),
  organisation: record.organisation,
  region: record.regionPath.at(-1) ?? null,
  place: record.regionNames.join(''),
  category: record.category,
  listed: record.needIds?.length ?? 0,
  needs: record.needs,
  budgetFen: record.budgetFen,
  perNeedFen: record.perNeedFen,
  delivery: record.delivery,
  planned: record.planned,
  totals: record.totals,
  failed: record.failed ?? {},
  sent: record.sent ?? 0,
  notSent: record.notSent ?? {},
  createdAt: record.createdAt.toISOString(),
});

const listSponsorships = defineRoute({
  method: 'get',
  path: '/v1/sponsorships',
  operationId: 'listSponsorships',
  summary: 'Your sponsorships; for operators all of them, for cadres those of their region',
  tags: ['Sponsorships'],
  access: { signedIn: true, scope: 'none' },
  request: { query: sponsorshipListQuery },
  responses: { 200: sponsorshipPage },
  problems: ['INVALID_CURSOR'],
  audit: 'sponsorship.list',
  personal: 'help',
  async handler({ deps, query, actor }) {
    const list = `sponsorships?${query.stage ?? ''}&${actor.id}&${actor.role}&${actor.regionCode ?? ''}`;
    const paging = pagingOf<SponsorshipRecord>(deps.crypto, list, query, (row) => [row.createdAt.getTime(), row._id]);
    const filter = [
      scopeFilter(scopeOf(actor, 'sponsorship')),
      query.stage === undefined ? {} : { stage: query.stage },
      afterKeys('createdAt', 'desc', paging.keys),
    ];
    const rows = await deps.models.sponsorships.sponsorships
      .find({ $and: filter } as never, { maxTimeMS: 3000 })
      .sort({ createdAt: -1, _id: -1 })
      .limit(paging.fetch)
      .toArray();
    const { page, next } = paging.cut(rows);
    return { status: 200, persons: personsIn(actor, page), body: { items: page.map(rowOf), next } };
  },
});

const getSponsorship = defineRoute({
  method: 'get',
  path: '/v1/sponsorships/{sponsorshipId}',
  operationId: 'getSponsorship',
  summary: 'A sponsorship and how far it has come',
  tags: ['Sponsorships'],
  access: PARTY,
  request: { params },
  responses: { 200: sponsorshipSchema },
  audit: 'sponsorship.read',
  personal: 'help',
  async handler({ deps, params: { sponsorshipId }, actor }) {
    const record = await loadInScope(deps, 'sponsorship', sponsorshipId, actor);
    const state = (await deps.models.cases.find('sponsorship', sponsorshipId))?.state as SponsorshipState | undefined;
    const since = record.stageSince.getTime();
    const waiting = { code: 'draft', waitingOn: 'system' as const, since, until: null, next: null };
    const why = whySponsorshipSentence(state === undefined ? waiting : whySponsorshipWaits(state));
    const allowed = allowedCommands(sponsorshipTable, record.stage);
    const persons = personsIn(actor, [record]);
    return { status: 200, etag: record.rev, persons, body: { ...rowOf(record), why, allowed } };
  },
});

const listResults = defineRoute({
  method: 'get',
  path: '/v1/sponsorships/{sponsorshipId}/results',
  operationId: 'listSponsorshipResults',
  summary: 'What became of each need, in the order in which they are tried',
  tags: ['Sponsorships'],
  access: PARTY,
  request: { params, query: sponsorshipResultQuery },
  responses: { 200: sponsorshipResultPage },
  problems: ['INVALID_CURSOR'],
  audit: 'sponsorship.results',
  personal: 'help',
  async handler({ deps, params: { sponsorshipId }, query, actor }) {
    const record = await loadInScope(deps, 'sponsorship', sponsorshipId, actor);
    const paging = pagingOf<Placed>(deps.crypto, `results?${sponsorshipId}`, query, ({ n, i }) => [n, String(i)]);
    const [n, i] = paging.keys === null ? [0, -1] : [Number(paging.keys[0]), Number(paging.keys[1])];
    const rows = await resultsFrom(
      deps.models.sponsorships.chunks,
      sponsorshipId,
      n,
      i + 1,
      query.limit ?? DEFAULT_PAGE,
    );
    const { page, next } = paging.cut(rows);
    const stages = await stagesOf(deps, page);
    const items = page.map(({ item: { sent, ...item } }) => ({
      ...item,
      pledgeStage: stages.get(item.pledgeId ?? '') ?? null,
      notSent: sent === undefined || sent === 'sent' ? null : sent,
    }));
    return { status: 200, persons: personsIn(actor, [record]), body: { items, next } };
  },
});

interface Placed {
  readonly n: number;
  readonly i: number;
  readonly item: SponsorshipItem;
}

async function stagesOf({ models }: Pick<ApiDeps, 'models'>, page: readonly Placed[]): Promise<Map<string, string>> {
  const ids = page.flatMap(({ item }) => item.pledgeId ?? []);
  const options = { projection: { stage: 1 }, maxTimeMS: 3000 } as const;
  const pledges = await models.pledges.pledges.find({ _id: { $in: ids } }, options).toArray();
  return new Map(pledges.map(({ _id, stage }) => [_id, stage]));
}

type Chunks = Parameters<typeof loadInScope>[0]['models']['sponsorships']['chunks'];

/** One more than asked for, over the border of chunks. */
async function resultsFrom(
  chunks: Chunks,
  sponsorshipId: string,
  n: number,
  i: number,
  limit: number,
): Promise<Placed[]> {
  const rows: Placed[] = [];
  const found = chunks.find({ sponsorshipId, n: { $gte: n } }, { maxTimeMS: 3000, batchSize: 2 }).sort({ n: 1 });
  for await (const chunk of found) {
    const from = chunk.n === n ? i : 0;
    rows.push(...chunk.items.slice(from).map((item, at) => ({ n: chunk.n, i: from + at, item })));
    if (rows.length > limit) break;
  }
  return rows.slice(0, limit + 1);
}

const getTimeline = defineRoute({
  method: 'get',
  path: '/v1/sponsorships/{sponsorshipId}/timeline',
  operationId: 'getSponsorshipTimeline',
  summary: 'Everything that happened to a sponsorship, in plain Chinese',
  tags: ['Sponsorships'],
  access: PARTY,
  request: { params },
  responses: { 200: timelineSchema },
  audit: 'sponsorship.timeline',
  personal: 'help',
  async handler({ deps, params: { sponsorshipId }, actor }) {
    const record = await loadInScope(deps, 'sponsorship', sponsorshipId, actor);
    const items = await timelineOf(deps, 'sponsorship', sponsorshipId, sponsorshipEventText, (by) =>
      byOf(by, record.donorId),
    );
    return { status: 200, etag: record.rev, persons: personsIn(actor, [record]), body: { items } };
  },
});

function byOf({ id, role }: { readonly id: string; readonly role: string }, donorId: string): string {
  if (id === donorId) return '捐赠方';
  if (role === 'clock') return '到期自动处理';
  return role === 'system' ? '系统' : '平台管理员';
}

export const sponsorshipReadRoutes: readonly AnyRoute[] = [listSponsorships, getSponsorship, listResults, getTimeline];
