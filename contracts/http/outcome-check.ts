import { z } from 'zod';
import { OUTCOMES } from '../../domain/need/outcome-check.ts';
import { id, instant, pageOf, pageQuery, personal, text } from './common.ts';

/** Blind: what came to whom, and nothing of what was answered. */
export const outcomeCheckRow = z
  .strictObject({
    id,
    place: z.string(),
    title: z.string(),
    recipient: z.string(),
    householdId: personal(id.meta({ description: 'Whom to visit' })),
    question: z.int(),
    items: z.array(z.strictObject({ name: z.string(), unit: z.string(), quantity: z.int() })),
    createdAt: instant,
    dueAt: instant.nullable().meta({ description: 'The level above is asked as well then' }),
  })
  .meta({ id: 'OutcomeCheck' });
export const outcomeCheckPage = pageOf(outcomeCheckRow).meta({ id: 'OutcomeCheckPage' });
export const outcomeCheckQuery = z.strictObject(pageQuery);
export const outcomeCheckBody = z
  .strictObject({ answer: z.enum(OUTCOMES), text: text(1, 1000).optional() })
  .meta({ id: 'OutcomeCheckAnswer' });
export const outcomeCheckDone = z.strictObject({ id, status: z.literal('done') }).meta({ id: 'OutcomeCheckDone' });

export const outcomeRecordsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        villageCode: z.string(),
        place: z.string(),
        checked: z.int(),
        agreed: z.int().meta({ description: 'Second answers that said the same as the first' }),
        served: z.int().meta({ description: 'Second answers that what came helped' }),
      }),
    ),
  })
  .meta({ id: 'OutcomeRecords' });
