import { z } from 'zod';
import { because } from './reason-code.ts';
import { fen, id, instant, level, line, pageOf, pageQuery, personal } from './common.ts';

/** Blind: what was posted and nothing of what was decided, by whom or since. */
export const recheckRow = z
  .strictObject({
    id,
    place: z.string(),
    title: z.string(),
    details: personal(z.string()),
    category: z.string(),
    urgency: z.enum(['urgent', 'normal', 'low']),
    amountFen: fen,
    lines: z.array(
      z.strictObject({
        name: z.string(),
        unit: z.string(),
        quantity: z.int(),
        unitPriceFen: fen,
        condition: z.string(),
      }),
    ),
    photos: z.array(id),
    createdAt: instant,
    dueAt: instant.nullable().meta({ description: 'The level above is asked as well then' }),
  })
  .meta({ id: 'Recheck' });
export const recheckPage = pageOf(recheckRow).meta({ id: 'RecheckPage' });
export const recheckQuery = z.strictObject(pageQuery);

export const recheckBody = z
  .discriminatedUnion('decision', [
    z.strictObject({ decision: z.literal('approve') }),
    z.strictObject({ decision: z.literal('return'), ...because('return') }),
    z.strictObject({ decision: z.literal('refuse'), ...because('refuse') }),
  ])
  .meta({ id: 'RecheckDecision' });

export const recheckDoneSchema = z.strictObject({ id, status: z.literal('done') }).meta({ id: 'RecheckDone' });

const percent = z.number().min(0).max(100);
const record = {
  rechecked: z.int().meta({ description: 'Approvals that somebody else reviewed again' }),
  agreed: z.int(),
  accuracy: percent.nullable().meta({ description: 'Percent that agreed; null before the first one' }),
};
export const reviewerRecordSchema = z
  .strictObject({ ...record, samplingPercent: percent.meta({ description: 'Share of approvals reviewed again' }) })
  .meta({ id: 'ReviewerRecord' });
export const reviewerRecordsSchema = z
  .strictObject({
    items: z.array(z.strictObject({ accountId: personal(id), name: personal(line(0, 40)), level, ...record })),
  })
  .meta({ id: 'ReviewerRecords' });
