import { z } from 'zod';
import { STARS } from '../../domain/rating/rating.ts';
import { instant, text } from './common.ts';

export const ratingBody = z
  .strictObject({
    stars: z.int().min(STARS.min).max(STARS.max),
    text: text(0, 500).optional().meta({ description: 'In words, for the other side; without names or numbers' }),
  })
  .meta({ id: 'NewRating' });

export const ratingSchema = z
  .strictObject({
    by: z.enum(['donor', 'recipient']).meta({ description: 'Which side says it; never a name' }),
    stars: z.int(),
    text: z.string(),
    at: instant,
  })
  .meta({ id: 'Rating' });
export const ratingsSchema = z.strictObject({ items: z.array(ratingSchema) }).meta({ id: 'Ratings' });
