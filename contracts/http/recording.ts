import { z } from 'zod';
import { id, instant } from './common.ts';

export const recordingSchema = z
  .strictObject({
    id: id.meta({ description: 'The reference of a consent of the kind recording' }),
    householdId: id,
    mime: z.enum(['audio/mpeg', 'audio/mp4', 'audio/amr', 'audio/ogg', 'audio/wav']),
    bytes: z.int(),
    sha256: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'Recording' });
