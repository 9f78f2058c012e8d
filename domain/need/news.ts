import { accept, refuse } from '../kernel/types.ts';
import { idIn, photosIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type Handlers } from './handler.ts';

/** How a need goes on, told by its owners to those who follow it. A policy without `news` knows none. */

const postNews: Handler = ({ news = 0 }, { data }, { policy }) => {
  const newsId = idIn(data, 'newsId');
  const photos = photosIn(data);
  if (newsId === null) return invalid('newsId');
  if (photos === null) return invalid('photos');
  if (news >= (policy.news?.perNeed ?? 0)) return refuse('TOO_MANY_NEWS');
  return accept(happened('newsPosted', { newsId, photos }));
};

export const newsHandlers: Handlers = { postNews };
