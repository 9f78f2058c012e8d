import type { Filter } from 'mongodb';
import type { z } from 'zod';
import { bodies } from '../../../contracts/http/need-commands.ts';
import { addedPhotosPage, boxQuery, type addedPhotosRow } from '../../../contracts/http/work-list.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import { helpsIt, looksAtOnce } from '../../../domain/need/added-photos.ts';
import type { NeedRecord } from '../../../models/need.ts';
import { ANY_DATE } from '../../../models/partial-index.ts';
import { checkedReason } from '../../case-command.ts';
import { afterKeys, pagingOf } from '../../cursor.ts';
import type { WorkCtx } from '../../date-page.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { asWorker, type Worker } from '../../ties.ts';
import { NOTHING, notTied } from '../../turn.ts';
import { CADRE, needCommand } from './need-command.ts';

/**
 * Photos that were added to an approved need, and those that stayed hidden at its approval because a child may be in them:
 * who looks at them, and what comes of it.
 */

/** Where the case lets somebody decide about them. */
const STAGES = ['published', 'paused', 'matched'] as const;

/** Nobody finds what he or the one he stands in for posted, nor what is for a household that one of them is of or helps. */
export function photosToLookAt(actor: Worker, now: number): Filter<NeedRecord> {
  const { role, level, regionCode } = actor;
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return NOTHING;
  const due = looksAtOnce(level) ? ANY_DATE : { $lt: new Date(now) };
  return {
    regionPath: regionCode,
    'photosToLook.dueAt': due,
    stage: { $in: [...STAGES] },
    ...notTied(actor),
  };
}

type Row = Pick<NeedRecord, '_id' | 'title' | 'regionNames' | 'stage' | 'photosToLook' | 'publisherId' | 'householdId'>;
const FIELDS = { title: 1, regionNames: 1, stage: 1, photosToLook: 1, publisherId: 1, householdId: 1 } as const;
const dueOf = ({ photosToLook }: Row): Date => photosToLook?.dueAt ?? new Date(0);

const rowOf = (need: Row): z.input<typeof addedPhotosRow> => ({
  needId: need._id,
  title: need.title,
  place: need.regionNames.join(''),
  stage: need.stage,
  photos: need.photosToLook?.photos ?? [],
  dueAt: dueOf(need).toISOString(),
});

export async function addedPhotosToLookAt({ deps, actor, query }: WorkCtx, now: number) {
  const { models, crypto } = deps;
  const worker = await asWorker(deps, actor);
  const list = `added photos ${actor.id} ${actor.regionCode ?? ''}`;
  const paging = pagingOf<Row>(crypto, list, query, (row) => [dueOf(row).getTime(), row._id]);
  const rows = await models.needs.needs
    .find({ $and: [photosToLookAt(worker, now), afterKeys('photosToLook.dueAt', 'asc', paging.keys)] })
    .project<Row>(FIELDS)
    .sort({ 'photosToLook.dueAt': 1, _id: 1 })
    .limit(paging.fetch)
    .maxTimeMS(3000)
    .toArray();
  const { page, next } = paging.cut(rows);
  return { persons: personsIn(actor, page), body: { items: page.map(rowOf), next } };
}

const listAddedPhotos = defineRoute({
  method: 'get',
  path: '/v1/work-list/added-photos',
  operationId: 'listAddedPhotos',
  summary: 'Photos for you to look at: added to approved needs, or hidden because a child may be in them',
  description:
    'The earliest deadline first. Village and township see all that wait, the levels above those whose time is over',
  tags: ['Work list'],
  access: { roles: ['cadre'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: addedPhotosPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.addedPhotos',
  personal: 'review',
  handler: async (ctx) => ({ status: 200, ...(await addedPhotosToLookAt(ctx, ctx.now)) }),
});

/** What waits is for the case to say; here it is told which of the photos does not. */
function assertWaiting(actor: Actor, { photosToLook }: NeedRecord, photos: readonly string[]): void {
  if (helpsIt(actor)) throw problem('HELPED_HOUSEHOLD');
  const unknown = photos.findIndex((photo) => photosToLook?.photos.includes(photo) !== true);
  if (unknown >= 0) throw fieldProblem('PHOTO_UNKNOWN', `/body/photos/${unknown}`, 'it does not wait for a look');
}

const keepPhotos = needCommand({
  command: 'keepPhotos',
  path: 'photos/keep',
  operationId: 'keepAddedPhotos',
  summary: 'You have looked at these photos: no child is to be recognised, and the public may see them',
  access: CADRE,
  body: bodies.keepPhotos,
  problems: ['PHOTO_UNKNOWN', 'OWN_POSTING', 'HELPED_HOUSEHOLD', 'ALREADY_DONE'],
  message({ body, actor }, need) {
    const photos = [...new Set(body.photos)];
    assertWaiting(actor, need, photos);
    return { data: { photos } };
  },
});

const removePhotos = needCommand({
  command: 'removePhotos',
  path: 'photos/take-down',
  operationId: 'takeAddedPhotosDown',
  summary: 'Take photos down that wait for a look, with a reason; the need stays as it was approved',
  access: CADRE,
  body: bodies.removePhotos,
  problems: ['PHOTO_UNKNOWN', 'OWN_POSTING', 'HELPED_HOUSEHOLD', 'ALREADY_DONE', 'REASON_LENGTH', 'PERSONAL_DATA'],
  message({ deps, body, actor }, need) {
    const { reasonCode, reason } = body;
    const photos = [...new Set(body.photos)];
    checkedReason(deps, reason);
    assertWaiting(actor, need, photos);
    return { data: { photos, reasonCode }, note: reason };
  },
});

export const addedPhotoRoutes: readonly AnyRoute[] = [listAddedPhotos, keepPhotos, removePhotos];
