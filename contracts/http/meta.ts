import { z } from 'zod';

export const metaSchema = z
  .strictObject({
    name: z.literal('Bangfu'),
    profile: z.string().meta({ description: 'development, demo, test or production' }),
    policyVersion: z.string(),
    calendar: z.strictObject({
      from: z.int().meta({ description: 'First year with official holidays' }),
      to: z.int(),
      warnings: z.array(z.string()),
    }),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Meta' });
