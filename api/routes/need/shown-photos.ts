import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { bodies } from '../../../contracts/http/need-commands.ts';
import { photosShownSchema } from '../../../contracts/http/need.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { isOwn } from '../../../domain/access/scope.ts';
import { helpsIt } from '../../../domain/need/added-photos.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import { publicPhotos } from '../../../domain/need/public-photos.ts';
import { loadInScope } from '../../case-command.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute } from '../../route.ts';
import { tied } from '../../ties.ts';

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
  problems: ['PHOTO_UNKNOWN', 'OWN_POSTING', 'HELPED_HOUSEHOLD'],
  audit: 'need.showPhotos',
  async handler({ deps, params: { needId }, body: { photos }, actor: caller, now, commandIdFor }) {
    const need = await loadInScope(deps, 'need', needId, caller);
    const actor = await tied(deps, caller, need.householdId);
    if (helpsIt(actor)) throw problem('HELPED_HOUSEHOLD');
    if (isOwn(actor, need)) throw problem('OWN_POSTING');
    const unknown = photos.findIndex((photo) => !need.photos.includes(photo));
    if (unknown >= 0) throw fieldProblem('PHOTO_UNKNOWN', `/body/photos/${unknown}`, 'no photo of this need');
    const after = await deps.models.needs.needs.findOneAndUpdate(
      { _id: needId },
      { $addToSet: { photosShown: { $each: photos } }, $set: { updatedAt: new Date(now) }, $inc: { rev: 1 } },
      { returnDocument: 'after', maxTimeMS: 3000 },
    );
    if (after === null) throw problem('NOT_FOUND');
    await tellCase(deps, need, photos, { commandId: commandIdFor('kept'), actor });
    const shown = publicPhotos(after, deps.reference.categories.find(after.category));
    return { status: 200, etag: after.rev, body: { needId, photosShown: [...shown] } };
  },
});

/** Nobody need look at them again. Refused where the case does not let anybody look just now: then they wait on. */
async function tellCase(
  { gateway }: ApiDeps,
  { _id: caseId, photosToLook }: NeedRecord,
  shown: readonly string[],
  { commandId, actor }: { readonly commandId: string; readonly actor: Actor },
): Promise<void> {
  const photos = shown.filter((photo) => photosToLook?.photos.includes(photo));
  if (photos.length === 0) return;
  await gateway.send({ commandId, caseType: 'need', caseId, name: 'keepPhotos', actor, data: { photos } });
}
