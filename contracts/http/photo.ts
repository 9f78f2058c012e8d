import { z } from 'zod';
import { id, instant } from './common.ts';

export const photoSchema = z
  .strictObject({
    id,
    mime: z.enum(['image/jpeg', 'image/png', 'image/webp']),
    bytes: z.int(),
    width: z.int(),
    height: z.int(),
    sha256: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'Photo' });
