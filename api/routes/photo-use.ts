import { problem } from '../../contracts/problems.ts';
import type { ApiDeps } from '../deps.ts';

/** @throws Problem PHOTO_UNKNOWN naming each photo that is unknown or somebody else's */
export async function assertOwnPhotos(
  { models }: Pick<ApiDeps, 'models'>,
  accountId: string,
  ids: readonly string[],
  pointer: string,
): Promise<void> {
  if (ids.length === 0) return;
  const found = await models.photos.findMany(ids);
  const own = new Set(found.filter((photo) => photo.uploadedBy === accountId).map((photo) => photo._id));
  const errors = ids.flatMap((id, i) => {
    const at = ids.length === 1 && !pointer.endsWith('photos') ? pointer : `${pointer}/${i}`;
    return own.has(id) ? [] : [{ pointer: at, code: 'PHOTO_UNKNOWN', detail: 'unknown, or uploaded by somebody else' }];
  });
  if (errors.length > 0) throw problem('PHOTO_UNKNOWN', { errors });
}
