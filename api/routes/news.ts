import type { Filter } from 'mongodb';
import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import {
  followedPage,
  followSchema,
  newsBody,
  newsPage,
  newsQuery,
  newsStateSchema,
  newsTakeDownBody,
} from '../../contracts/http/news.ts';
import { problem } from '../../contracts/problems.ts';
import { isStaff, scopeFilter, scopeOf } from '../../domain/access/scope.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import type { FollowRecord } from '../../models/follow.ts';
import { KNOWN_STAGES, PUBLIC_STAGES, type NeedRecord } from '../../models/need.ts';
import type { NewsRecord } from '../../models/news.ts';
import { seenBy } from '../audience.ts';
import { caseCommandRoute, checkedReason, checkedText } from '../case-command.ts';
import { afterKeys, pagingOf } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type AnyRoute, type Caller } from '../route.ts';
import { publicRow, PUBLIC_ROW_FIELDS } from './need/views.ts';
import { assertOwnPhotos } from './photo-use.ts';

/** Following a need, and what its owners tell those who do. */

const params = z.strictObject({ needId: id });
const newsParams = z.strictObject({ newsId: id });
/** Where the public may read on, after the claims have ended too. */
const READABLE = [...KNOWN_STAGES, 'following', 'closed'] as const;

/** A need as far as its news may be read: by the public unless it tells of somebody's health, by its people always. */
export function newsReadable(deps: ApiDeps, actor: Actor | null, caller: Caller | null): Filter<NeedRecord> {
  const sensitive = deps.reference.categories.all.filter((category) => category.sensitive).map(({ id: key }) => key);
  const isPublic = { stage: { $in: [...READABLE] }, category: { $nin: sensitive }, ...seenBy(deps, caller) };
  const reached = actor === null ? [] : [scopeFilter(scopeOf(actor, 'need'))];
  return { $or: [isPublic, ...reached] } as Filter<NeedRecord>;
}

const putFollow = defineRoute({
  method: 'put',
  path: '/v1/needs/{needId}/follow',
  operationId: 'followNeed',
  summary: 'Hear of a need’s news in your inbox',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'none' },
  idempotency: { none: 'who follows already goes on following' },
  request: { params },
  responses: { 200: followSchema },
  problems: ['NOT_FOUND'],
  async handler({ deps, params: { needId }, caller, now }) {
    const filter = { _id: needId, stage: { $in: [...KNOWN_STAGES] }, ...seenBy(deps, caller) };
    const need = await deps.models.needs.needs.findOne(filter, { projection: { _id: 1 }, maxTimeMS: 3000 });
    if (need === null) throw problem('NOT_FOUND');
    await deps.models.follows.follow(needId, caller.accountId, new Date(now));
    return { status: 200, body: { needId, following: true } };
  },
});

const deleteFollow = defineRoute({
  method: 'delete',
  path: '/v1/needs/{needId}/follow',
  operationId: 'unfollowNeed',
  summary: 'Hear no more of a need',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'none' },
  idempotency: { none: 'who does not follow goes on not following' },
  request: { params },
  responses: { 200: followSchema },
  async handler({ deps, params: { needId }, caller }) {
    await deps.models.follows.leave(needId, caller.accountId);
    return { status: 200, body: { needId, following: false } };
  },
});

const listFollowed = defineRoute({
  method: 'get',
  path: '/v1/my/followed-needs',
  operationId: 'listFollowedNeeds',
  summary: 'Needs you follow that are still public, the latest first',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'own' },
  request: { query: newsQuery },
  responses: { 200: followedPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, caller }) {
    const list = `followed ${caller.accountId}`;
    const paging = pagingOf<FollowRecord>(deps.crypto, list, query, (row) => [row.at.getTime(), row._id]);
    const rows = await deps.models.follows.follows
      .find({ $and: [{ accountId: caller.accountId }, afterKeys('at', 'desc', paging.keys)] })
      .sort({ at: -1, _id: -1 })
      .limit(paging.fetch)
      .maxTimeMS(3000)
      .toArray();
    const { page, next } = paging.cut(rows);
    const seen = { stage: { $in: [...PUBLIC_STAGES] }, ...seenBy(deps, caller) };
    const needs = await deps.models.needs.needs
      .find({ _id: { $in: page.map(({ needId }) => needId) }, ...seen }, { projection: PUBLIC_ROW_FIELDS })
      .maxTimeMS(3000)
      .toArray();
    const items = page.flatMap(({ needId }) => needs.find(({ _id }) => _id === needId) ?? []);
    return { status: 200, body: { items: items.map((need) => publicRow(need, deps.reference.categories)), next } };
  },
});

const postNews = caseCommandRoute({
  caseType: 'need',
  command: 'postNews',
  path: '/v1/needs/{needId}/news',
  operationId: 'postNews',
  summary: 'Tell how the need goes on; those who follow it read it in their inbox',
  tag: 'Needs',
  access: { signedIn: true, scope: 'party' },
  params,
  caseId: 'needId',
  body: newsBody,
  problems: ['PERSONAL_DATA', 'PHOTO_UNKNOWN', 'TOO_MANY_NEWS'],
  async message({ deps, body: { text, photos = [] }, caller, newId }) {
    checkedText(text, '/body/text');
    await assertOwnPhotos(deps, caller.accountId, photos, '/body/photos');
    return { data: { newsId: newId('news'), photos: [...new Set(photos)] }, note: text };
  },
});

const listNews = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/news',
  operationId: 'listNews',
  summary: 'What a need’s owners have told, the newest first',
  tags: ['Needs'],
  access: { public: true },
  request: { params, query: newsQuery },
  responses: { 200: newsPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, params: { needId }, query, actor, caller }) {
    const { needs } = deps.models.needs;
    const filter = { $and: [{ _id: needId }, newsReadable(deps, actor, caller)] };
    const need = await needs.findOne(filter, { projection: { publisherId: 1, householdId: 1 }, maxTimeMS: 3000 });
    if (need === null) throw problem('NOT_FOUND');
    const paging = pagingOf<NewsRecord>(deps.crypto, `news ${needId}`, query, (row) => [row.at.getTime(), row._id]);
    const rows = await deps.models.news.news
      .find({ $and: [{ needId, takenDown: null }, afterKeys('at', 'desc', paging.keys)] })
      .sort({ at: -1, _id: -1 })
      .limit(paging.fetch)
      .maxTimeMS(3000)
      .toArray();
    const { page, next } = paging.cut(rows);
    const inside = actor !== null && (isStaff(actor) || actor.id === need.publisherId);
    const items = page.map(({ _id, at, text, photos, photosShown }) => ({
      id: _id,
      at: at.toISOString(),
      text,
      photos: photosShown || inside ? photos : [],
      photosWait: photos.length > 0 && !photosShown,
    }));
    return { status: 200, body: { items, next } };
  },
});

/** Who looks after news: cadres of the place, never of their own. */
const careFilter = ({ id: own, role, regionCode }: Actor): Filter<NewsRecord> => {
  if (role === 'operator') return { authorId: { $ne: own } };
  return role === 'cadre' && regionCode !== undefined
    ? { regionPath: regionCode, authorId: { $ne: own } }
    : { _id: { $in: [] } };
};

async function changed(deps: ApiDeps, newsId: string, actor: Actor, change: Partial<NewsRecord>) {
  const filter = { $and: [{ _id: newsId }, careFilter(actor)] };
  const after = await deps.models.news.news.findOneAndUpdate(
    filter,
    { $set: change },
    { returnDocument: 'after', maxTimeMS: 3000 },
  );
  if (after === null) throw problem('NOT_FOUND');
  const body = { id: newsId, photosShown: after.photosShown, takenDown: after.takenDown !== null };
  return { status: 200 as const, body };
}

const showPhotos = defineRoute({
  method: 'post',
  path: '/v1/news/{newsId}/show-photos',
  operationId: 'showNewsPhotos',
  summary: 'No child’s face, name or school is in these photos: let the public see them',
  tags: ['Needs'],
  access: { roles: ['cadre'], scope: 'region' },
  request: { params: newsParams },
  responses: { 200: newsStateSchema },
  audit: 'news.showPhotos',
  handler: ({ deps, params: { newsId }, actor }) => changed(deps, newsId, actor, { photosShown: true }),
});

const takeNewsDown = defineRoute({
  method: 'post',
  path: '/v1/news/{newsId}/take-down',
  operationId: 'takeNewsDown',
  summary: 'Take news down, with a reason',
  tags: ['Needs'],
  access: { roles: ['cadre', 'operator'], levels: ['county', 'city', 'province'], scope: 'region' },
  request: { params: newsParams, body: newsTakeDownBody },
  responses: { 200: newsStateSchema },
  problems: ['REASON_LENGTH'],
  audit: 'news.takeDown',
  handler({ deps, params: { newsId }, body: { reasonCode, reason }, actor, now }) {
    checkedReason(deps, reason);
    return changed(deps, newsId, actor, { takenDown: { by: actor.id, reasonCode, reason, at: new Date(now) } });
  },
});

export const newsRoutes: readonly AnyRoute[] = [
  putFollow,
  deleteFollow,
  listFollowed,
  postNews,
  listNews,
  showPhotos,
  takeNewsDown,
];
