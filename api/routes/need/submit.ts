import { z } from 'zod';
import { id, pendingSchema } from '../../../contracts/http/common.ts';
import { bodies } from '../../../contracts/http/need-commands.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { pendingAnswer, sentBefore } from '../../case-command.ts';
import { defineRoute, requireVersion, type AnyRoute } from '../../route.ts';
import { assertFreshPhotos, assertOwnPhotos } from '../photo-use.ts';
import { needCommand, PARTY } from './need-command.ts';
import { revisionRoutes } from './revise.ts';
import { submitDraft } from './submit-draft.ts';

const params = z.strictObject({ needId: id });

const submitNeed = defineRoute({
  method: 'post',
  path: '/v1/needs/{needId}/submit',
  operationId: 'submitNeed',
  summary: 'Submit your draft for review',
  description:
    'Checks every rule for postings. The answer is 202: the need is accepted for certain, and its case starts at once or, ' +
    'when Temporal is away, as soon as it is back.',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'own' },
  request: { params },
  responses: { 202: pendingSchema },
  problems: [
    'POSTING_RULES_BROKEN',
    'TOO_MANY_OPEN_NEEDS',
    'RECEIVED_LIMIT',
    'DUPLICATE_NEED',
    'LIKELY_MATCHES',
    'PHOTO_UNKNOWN',
    'HOUSEHOLD_NOT_YOURS',
    'CONSENT_UNKNOWN',
    'PHOTO_REUSED',
    'GONE',
  ],
  audit: 'need.submit',
  async handler(ctx) {
    const { deps, caller, now, commandId, actor } = ctx;
    const own = { _id: ctx.params.needId, publisherId: caller.accountId };
    const need = await deps.models.needs.needs.findOne(own, { maxTimeMS: 3000 });
    if (need === null) throw problem('NOT_FOUND');
    if (need.submittedAt !== null) {
      // Another submission, unless it is this one again after its answer was lost.
      if ((await sentBefore(ctx, commandId)) === null) throw problem('ALREADY_DONE');
      return pendingAnswer(commandId);
    }
    // The sweeper deletes it, yet not to the minute.
    if (need.draftExpiresAt !== undefined && need.draftExpiresAt.getTime() <= now) throw problem('GONE');
    requireVersion(ctx, need.rev);
    await submitDraft(deps, { need, caller, actor, now, commandId });
    return pendingAnswer(commandId);
  },
});

/** What the household shows more of: approved is the content, and that stays as it is. */
const addPhotos = needCommand({
  command: 'addPhotos',
  path: 'photos',
  operationId: 'addNeedPhotos',
  summary: 'Add photos to an approved need; it stays public',
  access: PARTY,
  body: bodies.addPhotos,
  problems: ['PHOTO_UNKNOWN', 'PHOTO_REUSED', 'TOO_MANY_PHOTOS', 'VERSION_MISMATCH'],
  async message({ deps, body, caller, now }, need) {
    const { max } = deps.reference.policyIn(need.regionPath, now).need.photos;
    const photos = [...new Set(body.photos)];
    const there = photos.findIndex((photo) => need.photos.includes(photo));
    if (there >= 0) throw fieldProblem('PHOTO_REUSED', `/body/photos/${there}`, 'it is there already');
    if (need.photos.length + photos.length > max) throw problem('TOO_MANY_PHOTOS');
    await assertOwnPhotos(deps, caller.accountId, photos, '/body/photos');
    await assertFreshPhotos(deps, photos, { kind: 'need', id: need._id }, '/body/photos');
    return { data: { photos }, asRead: true };
  },
});

export const submitRoutes: readonly AnyRoute[] = [submitNeed, ...revisionRoutes, addPhotos];
