import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { bodies } from '../../../contracts/http/need-commands.ts';
import { photosShownSchema } from '../../../contracts/http/need.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { isOwn } from '../../../domain/access/scope.ts';
import { publicPhotos } from '../../../domain/need/public-photos.ts';
import { loadInScope } from '../../case-command.ts';
import { defineRoute } from '../../route.ts';

/** What a reviewer did not say at the approval can be said later, as for the photos of news. */
export const showNeedPhotos = defineRoute({
  method: 'post',
  path: '/v1/needs/{needId}/photos/show',
  operationId: 'showNeedPhotos',
  summary: 'No child’s face, name or school is in these photos of a need: let the public see them',
  tags: ['Needs'],
  access: { roles: ['cadre'], scope: 'region' },
  request: { params: z.strictObject({ needId: id }), body: bodies.showPhotos },
  responses: { 200: photosShownSchema },
  problems: ['PHOTO_UNKNOWN', 'OWN_POSTING'],
  audit: 'need.showPhotos',
  async handler({ deps, params: { needId }, body: { photos }, actor, now }) {
    const need = await loadInScope(deps, 'need', needId, actor);
    if (isOwn(actor, need)) throw problem('OWN_POSTING');
    const unknown = photos.findIndex((photo) => !need.photos.includes(photo));
    if (unknown >= 0) throw fieldProblem('PHOTO_UNKNOWN', `/body/photos/${unknown}`, 'no photo of this need');
    const after = await deps.models.needs.needs.findOneAndUpdate(
      { _id: needId },
      { $addToSet: { photosShown: { $each: photos } }, $set: { updatedAt: new Date(now) }, $inc: { rev: 1 } },
      { returnDocument: 'after', maxTimeMS: 3000 },
    );
    if (after === null) throw problem('NOT_FOUND');
    const shown = publicPhotos(after, deps.reference.categories.find(after.category));
    return { status: 200, etag: after.rev, body: { needId, photosShown: [...shown] } };
  },
});
