import { z } from 'zod';
import { FINDING_OUTCOMES } from '../../domain/finding/types.ts';
import { reason } from './command.ts';
import { id, instant, pageOf, pageQuery, queryInt, regionCode } from './common.ts';

export const FINDING_STAGES = ['draft', 'open', 'taken', 'settled', 'parked', 'closed', 'cancelled'] as const;

const kind = z.string().regex(/^[a-zA-Z]{1,40}$/);

export const findingsQuery = z.strictObject({
  kind: kind.optional(),
  stage: z.enum(FINDING_STAGES).optional().meta({ description: 'Default: whatever nobody has settled' }),
  owner: z
    .union([z.enum(['me', 'none']), id])
    .optional()
    .meta({ description: 'An operator’s account; `me`; `none`: nobody has taken it' }),
  olderThanHours: queryInt(0, 87_600).optional(),
  ...pageQuery,
});

const fields = {
  id,
  kind: z.string(),
  text: z.string().meta({ example: '办理停留过久' }),
  caseType: z.string(),
  caseId: z.string(),
  detail: z.string(),
  regionPath: z.array(regionCode),
  stage: z.enum(FINDING_STAGES),
  ownerId: z.string().nullable(),
  outcome: z.string().nullable(),
  foundAt: instant,
  seenAt: instant.meta({ description: 'When the sweeper last looked and it was still there' }),
  times: z.int(),
  dueAt: instant.nullable().meta({ description: 'When its owner, or all operators, are reminded' }),
  stillThere: z.boolean(),
  temporalUrl: z.string().meta({ description: 'The workflow that it is about, in the Temporal UI' }),
};
export const findingSchema = z.strictObject(fields).meta({ id: 'Finding' });

export const findingsPage = z
  .strictObject({
    counts: z
      .array(z.strictObject({ kind: z.string(), stage: z.string(), n: z.int() }))
      .meta({ description: 'Of all that nobody has settled' }),
    ...pageOf(findingSchema).shape,
  })
  .meta({ id: 'Findings' });

export const findingDetailSchema = z
  .strictObject({
    ...fields,
    allowed: z.array(z.string()),
    timeline: z.array(
      z.strictObject({ at: instant, type: z.string(), text: z.string(), by: z.string(), note: z.string().nullable() }),
    ),
  })
  .meta({ id: 'FindingDetail' });

export const findingBodies = {
  assign: z.strictObject({ accountId: id, reason: reason.optional() }),
  settle: z.strictObject({ outcome: z.enum(FINDING_OUTCOMES), reason }),
} as const;
