import { accept, refuse } from '../kernel/types.ts';
import { idIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type Handlers } from './handler.ts';

/** How a need goes on, told by its owners to those who follow it. A policy without `news` knows none. */

const MOST_PHOTOS = 9;

const postNews: Handler = ({ news = 0 }, { data }, { policy }) => {
  const newsId = idIn(data, 'newsId');
  const photos: unknown = data['photos'] ?? [];
  if (newsId === null) return invalid('newsId');
  if (!Array.isArray(photos) || photos.length > MOST_PHOTOS) return invalid('photos');
  if (!photos.every((photo) => typeof photo === 'string' && photo.length <= 64)) return invalid('photos');
  if (news >= (policy.news?.perNeed ?? 0)) return refuse('TOO_MANY_NEWS');
  return accept(happened('newsPosted', { newsId, photos: photos as string[] }));
};

export const newsHandlers: Handlers = { postNews };
