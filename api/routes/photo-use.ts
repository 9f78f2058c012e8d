import type { ClientSession } from 'mongoose';
import { problem } from '../../contracts/problems.ts';
import type { PhotoUse } from '../../models/photo.ts';
import { isGivenUp } from '../../models/unused.ts';
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
  const own = new Set(
    found.filter((photo) => photo.uploadedBy === accountId && !isGivenUp(photo)).map((photo) => photo._id),
  );
  const errors = ids.flatMap((id, i) => (own.has(id) ? [] : [unknown(pointerOf(ids, i, pointer))]));
  if (errors.length > 0) throw problem('PHOTO_UNKNOWN', { errors });
}

const unknown = (pointer: string) => ({
  pointer,
  code: 'PHOTO_UNKNOWN',
  detail: 'unknown, or uploaded by somebody else',
});

/** What somebody takes into use, and where he names it. */
interface Taken {
  readonly ids: readonly string[];
  readonly accountId: string;
  readonly use: PhotoUse;
  readonly pointer: string;
}

/**
 * From now on they are kept. What nobody used in time may be going just now, although it was there a moment ago.
 * @throws Problem PHOTO_UNKNOWN
 */
export async function takePhotos(
  { models }: Pick<ApiDeps, 'models'>,
  { ids, accountId, use, pointer }: Taken,
  session?: ClientSession,
): Promise<void> {
  if (ids.length === 0 || (await models.photos.use(ids, accountId, use, session))) return;
  throw problem('PHOTO_UNKNOWN', { errors: [unknown(pointer)] });
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
