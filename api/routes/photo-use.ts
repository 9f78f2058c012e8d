import { problem } from '../../contracts/problems.ts';
import type { PhotoUse } from '../../models/photo.ts';
import type { ApiDeps } from '../deps.ts';

/** A field for one photo is named itself. */
const pointerOf = (ids: readonly string[], i: number, pointer: string): string =>
  ids.length === 1 && !pointer.endsWith('photos') ? pointer : `${pointer}/${i}`;

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
    return own.has(id)
      ? []
      : [
          {
            pointer: pointerOf(ids, i, pointer),
            code: 'PHOTO_UNKNOWN',
            detail: 'unknown, or uploaded by somebody else',
          },
        ];
  });
  if (errors.length > 0) throw problem('PHOTO_UNKNOWN', { errors });
}

/**
 * Photos for this use alone: none that stands somewhere else, nor one that shows what another photo in use shows.
 * @throws Problem PHOTO_REUSED naming each of the others
 */
export async function assertFreshPhotos(
  { models }: Pick<ApiDeps, 'models'>,
  ids: readonly string[],
  use: PhotoUse,
  pointer: string,
): Promise<void> {
  if (ids.length === 0) return;
  const found = new Map((await models.photos.findMany(ids)).map((photo) => [photo._id, photo]));
  const isElsewhere = ({ usedBy }: { readonly usedBy: readonly PhotoUse[] }) => usedBy.some(({ id }) => id !== use.id);
  const reused = await Promise.all(
    ids.map(async (id) => {
      const photo = found.get(id);
      if (photo === undefined) return false;
      return isElsewhere(photo) || (await models.photos.findAlike(photo)).some(isElsewhere);
    }),
  );
  const errors = ids.flatMap((_, i) =>
    reused[i] === true
      ? [{ pointer: pointerOf(ids, i, pointer), code: 'PHOTO_REUSED', detail: 'the same picture stands elsewhere' }]
      : [],
  );
  if (errors.length > 0) throw problem('PHOTO_REUSED', { errors });
}
