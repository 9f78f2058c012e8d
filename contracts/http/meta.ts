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

export const reasonCodesSchema = z
  .strictObject({
    version: z.string(),
    acts: z.array(
      z.strictObject({
        act: z.string().meta({ example: 'return' }),
        name: z.string().meta({ example: '退回修改' }),
        codes: z.array(z.strictObject({ code: z.string(), text: z.string().meta({ example: '照片不清楚' }) })),
      }),
    ),
  })
  .meta({ id: 'ReasonCodes' });
