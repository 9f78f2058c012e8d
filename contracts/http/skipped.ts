import { z } from 'zod';
import { day, level, regionCode } from './common.ts';

export const skippedQuery = z.strictObject({
  from: day.meta({ description: 'First day, in Shanghai' }),
  to: day.meta({ description: 'Last day' }),
  region: regionCode.optional().meta({ description: 'Only this region and what lies in it' }),
});

export const skippedSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        regionCode,
        place: z.string(),
        level,
        times: z.int().meta({ description: 'How often something was passed on because nobody there may decide' }),
        last: day.meta({ description: 'The last day on which it was' }),
        vacant: z.boolean().meta({ description: 'Nobody holds the office now' }),
      }),
    ),
  })
  .meta({ id: 'SkippedLevels' });
