import { z } from 'zod';
import { id, instant, line } from './common.ts';

/** Answer 200 of a command that its case has applied. `ETag` of the record follows with the next read. */
export const commandReceiptSchema = z
  .strictObject({
    commandId: z.string(),
    status: z.literal('applied'),
    command: z.string(),
    caseType: z.string(),
    caseId: id,
    stage: z.string().meta({ description: 'Stage right after the command' }),
    seq: z.int().meta({ description: 'Sequence number of the case right after the command' }),
  })
  .meta({ id: 'CommandReceipt' });

/** What became of a command: pending, applied, or refused with the problem code. */
export const commandStatusSchema = z
  .strictObject({
    commandId: z.string(),
    command: z.string(),
    caseType: z.string(),
    caseId: id,
    status: z.enum(['pending', 'applied', 'refused']),
    createdAt: instant,
    stage: z.string().nullable(),
    seq: z.int().nullable(),
    refusal: z.strictObject({ code: z.string(), title: z.string() }).nullable(),
  })
  .meta({ id: 'CommandStatus' });

/** A reason for people; the policy's length is checked against the policy in force, this is the outer bound. */
export const reason = line(1, 200).meta({
  description: 'For the people concerned, 5 to 100 characters',
  example: '请补充一张家庭住房的照片',
});

/** A stable code that statistics count. */
export const code = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]{1,39}$/)
  .meta({ example: 'photoUnclear' });
