import type { Filter } from 'mongodb';
import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { followedPage, followSchema, newsBody, newsPage, newsQuery } from '../../../contracts/http/news.ts';
import { problem } from '../../../contracts/problems.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import { isStaff, scopeFilter, scopeOf } from '../../../domain/access/scope.ts';
import type { Actor, Instant } from '../../../domain/kernel/types.ts';
import { storyFaults } from '../../../domain/need/public-text.ts';
import { KNOWN_STAGES, PUBLIC_STAGES, type NeedRecord } from '../../../models/need.ts';
import { seenBy } from '../../audience.ts';
import { datePage } from '../../date-page.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute, type Caller } from '../../route.ts';
import { publicRow, PUBLIC_ROW_FIELDS } from '../need/views.ts';
import { householdOf } from '../need/submit-draft.ts';
import { storyRulesFor } from '../need/content.ts';
import { needCommand, PARTY } from '../need/need-command.ts';
import { assertOwnPhotos } from '../photo-use.ts';

/** Following a need, and what its owners tell those who do. */

const params = z.strictObject({ needId: id });
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
  summary: 'Hear of a need’s news in your inbox, while it is public and while it is followed up',
  description:
    'What is told of a need about somebody’s health is for its own people alone: its followers hear nothing.',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'none' },
  idempotency: { none: 'who follows already goes on following' },
  request: { params },
  responses: { 200: followSchema },
  problems: ['NOT_FOUND'],
  async handler({ deps, params: { needId }, caller, now }) {
    // Whoever gave may want to hear how it goes on, and then it takes no claims any more.
    const known = { stage: { $in: [...KNOWN_STAGES] }, ...seenBy(deps, caller) };
    const filter = { $and: [{ _id: needId }, { $or: [known, newsReadable(deps, null, caller)] }] };
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
    const { page, next } = await datePage(deps, deps.models.follows.follows, {
      list,
      query,
      filter: { accountId: caller.accountId },
      by: 'at',
      order: 'desc',
    });
    const seen = { stage: { $in: [...PUBLIC_STAGES] }, ...seenBy(deps, caller) };
    const needs = await deps.models.needs.needs
      .find({ _id: { $in: page.map(({ needId }) => needId) }, ...seen }, { projection: PUBLIC_ROW_FIELDS })
      .maxTimeMS(3000)
      .toArray();
    const items = page.flatMap(({ needId }) => needs.find(({ _id }) => _id === needId) ?? []);
    return { status: 200, body: { items: items.map((need) => publicRow(need, deps.reference.categories)), next } };
  },
});

const postNews = needCommand({
  command: 'postNews',
  path: 'news',
  operationId: 'postNews',
  summary: 'Tell how the need goes on; those who follow it read it in their inbox',
  access: PARTY,
  body: newsBody,
  problems: ['POSTING_RULES_BROKEN', 'PHOTO_UNKNOWN', 'TOO_MANY_NEWS'],
  async message({ deps, body: { text, photos = [] }, caller, newId, now }, need) {
    await assertTellable(deps, need, text, now);
    await assertOwnPhotos(deps, caller.accountId, photos, '/body/photos');
    return { data: { newsId: newId('news'), photos: [...new Set(photos)] }, note: text };
  },
});

/** Strangers read news as they read the posting, and the same rules hold. @throws Problem POSTING_RULES_BROKEN */
async function assertTellable(deps: ApiDeps, need: NeedRecord, text: string, now: Instant): Promise<void> {
  const household = await householdOf(deps, need);
  if (household.erasedAt !== null) throw problem('GONE');
  const rules = storyRulesFor(deps, household, need, text, now);
  const errors = storyFaults('/body/text', text, rules).map(({ pointer, code, detail }) => ({ pointer, code, detail }));
  if (errors.length > 0) throw problem('POSTING_RULES_BROKEN', { errors });
}

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
  audit: 'news.read',
  personal: 'review',
  async handler({ deps, params: { needId }, query, actor, caller }) {
    const { needs } = deps.models.needs;
    const read = (by: Actor | null) =>
      needs.findOne(
        { $and: [{ _id: needId }, newsReadable(deps, by, caller)] },
        { projection: { publisherId: 1, householdId: 1 }, maxTimeMS: 3000 },
      );
    const [need, open] = await Promise.all([read(actor), actor === null ? null : read(null)]);
    if (need === null) throw problem('NOT_FOUND');
    const { page, next } = await datePage(deps, deps.models.news.news, {
      list: `news ${needId}`,
      query,
      filter: { needId, takenDown: null },
      by: 'at',
      order: 'desc',
    });
    const inside = actor !== null && (isStaff(actor) || actor.id === need.publisherId);
    const items = page.map(({ _id, at, text, photos, photosShown }) => ({
      id: _id,
      at: at.toISOString(),
      text,
      photos: photosShown || inside ? photos : [],
      photosWait: photos.length > 0 && !photosShown,
    }));
    // What strangers do not read here is the household's own: health, and photos that nobody has looked at yet.
    const closed = page.filter(({ photos, photosShown }) => open === null || (photos.length > 0 && !photosShown));
    const people = closed.map(({ householdId, authorId: accountId }) => ({ householdId, accountId }));
    return { status: 200, persons: actor === null ? [] : personsIn(actor, people), body: { items, next } };
  },
});

export const newsTellingRoutes: readonly AnyRoute[] = [putFollow, deleteFollow, listFollowed, postNews, listNews];
