import { accept, refuse, type Instant, type Level } from '../kernel/types.ts';
import { codeIn, photosIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type Handlers, type NeedContext } from './handler.ts';
import { inWorkingDays } from './times.ts';
import type { NeedState } from './types.ts';

/**
 * More photos of what was approved: the one change after an approval that does not go back to review. They are public at
 * once, so a cadre of the place looks at them afterwards and keeps them or takes them down.
 */

const addPhotos: Handler = (state, { data }, context) => {
  const { addedPhotos = 0 } = state;
  const photos = photosIn(data);
  if (photos === null || photos.length === 0) return invalid('photos');
  // A posting has one photo at least; how many there are in all is known outside.
  if (addedPhotos + photos.length >= context.policy.photos.max) return refuse('TOO_MANY_PHOTOS');
  return accept(happened('photosAdded', { photos, ...lookBy(state, context) }));
};

/** What came first sets the time for all that waits. A policy without the value has nobody look. */
function lookBy({ photosToLook }: NeedState, context: NeedContext): { lookBy?: Instant } {
  const days = context.policy.photoLookWorkingDays;
  return days === undefined ? {} : { lookBy: photosToLook?.dueAt ?? inWorkingDays(days, context) };
}

/** The photos that somebody says he has looked at: what nobody waits for, he cannot decide about. */
function lookedAt({ photosToLook }: NeedState, data: Parameters<typeof photosIn>[0]): string[] | null {
  const photos = photosIn(data);
  return photos === null || photos.length === 0 || !photos.every((photo) => photosToLook?.photos.includes(photo))
    ? null
    : photos;
}

const keepPhotos: Handler = (state, { data }) => {
  if (state.photosToLook === undefined) return refuse('ALREADY_DONE');
  const photos = lookedAt(state, data);
  return photos === null ? invalid('photos') : accept(happened('photosKept', { photos }));
};

const removePhotos: Handler = (state, { data }) => {
  if (state.photosToLook === undefined) return refuse('ALREADY_DONE');
  const photos = lookedAt(state, data);
  const reasonCode = codeIn(data, 'reasonCode');
  if (photos === null) return invalid('photos');
  return reasonCode === null ? invalid('reasonCode') : accept(happened('photosRemoved', { photos, reasonCode }));
};

export const addedPhotosHandlers: Handlers = { addPhotos, keepPhotos, removePhotos };

/** Added photos in the state after some were added. */
export const withPhotosToLook = (state: NeedState, photos: readonly string[], dueAt: Instant | undefined): NeedState =>
  dueAt === undefined
    ? state
    : { ...state, photosToLook: { photos: [...(state.photosToLook?.photos ?? []), ...photos], dueAt } };

/** The state after somebody has looked at these. */
export function lookedAtPhotos({ photosToLook, ...state }: NeedState, photos: readonly string[]): NeedState {
  const left = (photosToLook?.photos ?? []).filter((photo) => !photos.includes(photo));
  return photosToLook === undefined || left.length === 0
    ? state
    : { ...state, photosToLook: { ...photosToLook, photos: left } };
}

/** Village and township look at once; the levels above find in their work what those left until its time was over. */
export const looksAtOnce = (level: Level): boolean => level === 'village' || level === 'township';
