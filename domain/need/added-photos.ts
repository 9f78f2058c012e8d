import { accept, refuse, type Actor, type Instant, type Level } from '../kernel/types.ts';
import { codeIn, idsIn, photosIn } from './command-data.ts';
import { happened, type NeedEvents } from './events.ts';
import { invalid, type Handler, type Handlers, type NeedContext } from './handler.ts';
import { inWorkingDays } from './times.ts';
import type { NeedState } from './types.ts';

/**
 * More photos of what was approved: the one change after an approval that does not go back to review. They are public at
 * once, unless a child is concerned, so a cadre of the place looks at them afterwards and keeps them or takes them down.
 * In the same way those are looked at that stayed hidden because nobody said at the approval that no child is in them.
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
export function lookBy({ photosToLook }: Pick<NeedState, 'photosToLook'>, context: NeedContext): { lookBy?: Instant } {
  const days = context.policy.photoLookWorkingDays;
  return days === undefined ? {} : { lookBy: photosToLook?.dueAt ?? inWorkingDays(days, context) };
}

/** What a policy without the value is taken to say here: nobody looked then, and somebody should now. */
const LOOK_WORKING_DAYS = 2;

/** Those that wait already are left as they are. */
const listHidden: Handler = (state, { data }, context) => {
  const photos = photosIn(data);
  if (photos === null) return invalid('photos');
  const fresh = photos.filter((photo) => state.photosToLook?.photos.includes(photo) !== true);
  if (fresh.length === 0) return accept();
  const days = context.policy.photoLookWorkingDays ?? LOOK_WORKING_DAYS;
  return accept(
    happened('hiddenListed', { photos: fresh, lookBy: state.photosToLook?.dueAt ?? inWorkingDays(days, context) }),
  );
};

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

export const addedPhotosHandlers: Handlers = { addPhotos, listHidden, keepPhotos, removePhotos };

/** For the approval that publishes it: what stays hidden is looked at by a policy that has photos looked at. */
export function hiddenPhotos(
  state: NeedState,
  data: Parameters<typeof photosIn>[0],
  context: NeedContext,
): { readonly hiddenPhotos?: readonly string[]; readonly lookBy?: Instant } {
  const hidden = data['noChildSeen'] === true ? [] : (idsIn(data, 'hiddenPhotos') ?? []);
  const by = lookBy(state, context);
  return hidden.length === 0 || by.lookBy === undefined ? {} : { hiddenPhotos: hidden, ...by };
}

/** The state after an approval: whoever says that no child is to be seen has looked at all that waited. */
export function withApprovedPhotos(state: NeedState, said: Partial<NeedEvents['reviewApproved']>): NeedState {
  const { hiddenPhotos: hidden = [], lookBy, noChildSeen } = said;
  if (noChildSeen === true) {
    const { photosToLook: _seen, ...rest } = state;
    return rest;
  }
  return hidden.length === 0 ? state : withHiddenPhotos(state, hidden, lookBy);
}

/** These stayed hidden. */
export function withHiddenPhotos(state: NeedState, hidden: readonly string[], dueAt: Instant | undefined): NeedState {
  const fresh = hidden.filter((photo) => state.photosToLook?.photos.includes(photo) !== true);
  const { photosToLook, ...rest } = withPhotosToLook(state, fresh, dueAt);
  return photosToLook === undefined
    ? rest
    : { ...rest, photosToLook: { ...photosToLook, posted: [...(photosToLook.posted ?? []), ...fresh] } };
}

/** How many of these came after the approval. */
export const countAdded = ({ photosToLook }: NeedState, photos: readonly string[]): number =>
  photos.filter((photo) => photosToLook?.posted?.includes(photo) !== true).length;

/** Added photos in the state after some were added. */
export const withPhotosToLook = (state: NeedState, photos: readonly string[], dueAt: Instant | undefined): NeedState =>
  dueAt === undefined
    ? state
    : {
        ...state,
        photosToLook: { ...state.photosToLook, photos: [...(state.photosToLook?.photos ?? []), ...photos], dueAt },
      };

/** The state after somebody has looked at these. */
export function lookedAtPhotos({ photosToLook, ...state }: NeedState, photos: readonly string[]): NeedState {
  const left = (photosToLook?.photos ?? []).filter((photo) => !photos.includes(photo));
  return photosToLook === undefined || left.length === 0
    ? state
    : { ...state, photosToLook: { ...photosToLook, photos: left } };
}

/** He helps the household: others look at its photos. */
export const helpsIt = ({ tie }: Actor): boolean => tie === 'helped';

/** Village and township look at once; the levels above find in their work what those left until its time was over. */
export const looksAtOnce = (level: Level): boolean => level === 'village' || level === 'township';
