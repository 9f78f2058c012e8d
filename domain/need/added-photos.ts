import { accept, refuse } from '../kernel/types.ts';
import { photosIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type Handlers } from './handler.ts';

/** More photos of what was approved: the one change after an approval that does not go back to review. */

const addPhotos: Handler = ({ addedPhotos = 0 }, { data }, { policy }) => {
  const photos = photosIn(data);
  if (photos === null || photos.length === 0) return invalid('photos');
  // A posting has one photo at least; how many there are in all is known outside.
  if (addedPhotos + photos.length >= policy.photos.max) return refuse('TOO_MANY_PHOTOS');
  return accept(happened('photosAdded', { photos }));
};

export const addedPhotosHandlers: Handlers = { addPhotos };
