import type { Filter } from 'mongodb';
import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { newsPhotosPage, newsQuery, newsReasonBody, newsStateSchema } from '../../../contracts/http/news.ts';
import { problem } from '../../../contracts/problems.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import type { NewsRecord } from '../../../models/news.ts';
import { checkedReason } from '../../case-command.ts';
import { datePage } from '../../date-page.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { asWorker, type Worker } from '../../ties.ts';
import { notWritten } from '../../turn.ts';

/** What cadres do about news: look at photos before strangers see them, and take down what should not be told. */

const newsParams = z.strictObject({ newsId: id });

/** Who looks after news: cadres of the place, never of their own. */
const careFilter = (worker: Worker): Filter<NewsRecord> => {
  const { role, regionCode } = worker;
  if (role === 'operator') return notWritten(worker);
  return role === 'cadre' && regionCode !== undefined
    ? { regionPath: regionCode, ...notWritten(worker) }
    : { _id: { $in: [] } };
};

async function changed(deps: ApiDeps, newsId: string, actor: Actor, change: Partial<NewsRecord>) {
  const filter = { $and: [{ _id: newsId }, careFilter(await asWorker(deps, actor))] };
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
  handler: ({ deps, params: { newsId }, actor }) =>
    changed(deps, newsId, actor, { photosShown: true, photosHeld: null }),
});

const holdPhotos = defineRoute({
  method: 'post',
  path: '/v1/news/{newsId}/hold-photos',
  operationId: 'holdNewsPhotos',
  summary: 'Keep these photos from the public, also when they were shown before, with a reason; the text stays',
  tags: ['Needs'],
  access: { roles: ['cadre'], scope: 'region' },
  request: { params: newsParams, body: newsReasonBody },
  responses: { 200: newsStateSchema },
  problems: ['REASON_LENGTH'],
  audit: 'news.holdPhotos',
  handler({ deps, params: { newsId }, body: { reasonCode, reason }, actor, now }) {
    checkedReason(deps, reason);
    const photosHeld = { by: actor.id, reasonCode, reason, at: new Date(now) };
    return changed(deps, newsId, actor, { photosShown: false, photosHeld });
  },
});

const takeNewsDown = defineRoute({
  method: 'post',
  path: '/v1/news/{newsId}/take-down',
  operationId: 'takeNewsDown',
  summary: 'Take news down, with a reason',
  tags: ['Needs'],
  access: { roles: ['cadre', 'operator'], levels: ['county', 'city', 'province'], scope: 'region' },
  request: { params: newsParams, body: newsReasonBody },
  responses: { 200: newsStateSchema },
  problems: ['REASON_LENGTH'],
  audit: 'news.takeDown',
  handler({ deps, params: { newsId }, body: { reasonCode, reason }, actor, now }) {
    checkedReason(deps, reason);
    return changed(deps, newsId, actor, { takenDown: { by: actor.id, reasonCode, reason, at: new Date(now) } });
  },
});

/** Nobody has looked at them yet. Nobody finds his own among his work. */
export const waitingPhotos = (actor: Worker): Filter<NewsRecord> => ({
  $and: [
    actor.role === 'cadre' ? careFilter(actor) : { _id: { $in: [] } },
    { photosShown: false, 'photos.0': { $exists: true }, takenDown: null, photosHeld: null },
  ],
});

const listWaitingPhotos = defineRoute({
  method: 'get',
  path: '/v1/work-list/news-photos',
  operationId: 'listNewsPhotos',
  summary: 'News of your region whose photos wait for a look before strangers see them, the oldest first',
  tags: ['Work list'],
  access: { roles: ['cadre'], scope: 'none' },
  request: { query: newsQuery },
  responses: { 200: newsPhotosPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.newsPhotos',
  personal: 'review',
  async handler({ deps, query, actor }) {
    const list = `news photos ${actor.id} ${actor.regionCode ?? ''}`;
    const { page, next } = await datePage(deps, deps.models.news.news, {
      list,
      query,
      filter: waitingPhotos(await asWorker(deps, actor)),
      by: 'at',
      order: 'asc',
    });
    const needs = await deps.models.needs.needs
      .find({ _id: { $in: page.map(({ needId }) => needId) } })
      .project<{ _id: string; title: string; regionNames: string[] }>({ title: 1, regionNames: 1 })
      .maxTimeMS(3000)
      .toArray();
    const items = page.map(({ _id, needId, text, photos, at }) => {
      const need = needs.find((one) => one._id === needId);
      const place = need?.regionNames.join('') ?? '';
      return { newsId: _id, needId, title: need?.title ?? '', place, text, photos, at: at.toISOString() };
    });
    return { status: 200, persons: personsIn(actor, page), body: { items, next } };
  },
});

export const newsCareRoutes: readonly AnyRoute[] = [showPhotos, holdPhotos, takeNewsDown, listWaitingPhotos];
