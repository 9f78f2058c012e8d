import { z } from 'zod';
import { CASE_TYPES } from '../cases.ts';
import { code, reason } from './command.ts';
import { day, id, instant, line, pageOf, pageQuery, regionCode } from './common.ts';

export const caseType = z.enum(CASE_TYPES);

const caseFields = {
  caseType,
  caseId: id,
  stage: z.string(),
  stageSince: instant,
  seq: z.int(),
  dueAt: instant.nullable(),
  dueCommand: z.string().nullable(),
  waitingOn: z.string(),
  parkedReason: z.string().nullable(),
  regionPath: z.array(regionCode),
  policyVersion: z.string(),
  temporalUrl: z.string().meta({ description: 'The workflow in the Temporal UI' }),
};

export const stuckCase = z.strictObject(caseFields).meta({ id: 'StuckCase' });
export const stuckPage = pageOf(stuckCase).meta({ id: 'StuckPage' });
export const stuckQuery = z.strictObject({
  kind: z.enum(['parked', 'overdue']),
  region: regionCode.optional(),
  reason: z.string().min(1).max(80).optional(),
  caseType: caseType.optional(),
  ...pageQuery,
});

export const operatorCaseSchema = z
  .strictObject({
    ...caseFields,
    terminal: z.boolean(),
    startedAt: instant,
    updatedAt: instant,
    hash: z.string().meta({ description: 'Head of the hash chain' }),
    state: z.record(z.string(), z.unknown()),
    allowed: z.array(z.string()),
    workflow: z.strictObject({
      status: z.string().meta({ description: 'running, completed …; missing; unavailable while Temporal is away' }),
      runId: z.string().nullable(),
      historyLength: z.int().nullable(),
      pendingActivities: z.array(
        z.strictObject({ name: z.string(), attempt: z.int(), lastFailure: z.string().nullable() }),
      ),
    }),
  })
  .meta({ id: 'OperatorCase' });

export const chainSchema = z
  .strictObject({
    caseType,
    caseId: id,
    events: z.int(),
    whole: z.boolean(),
    brokenAt: z.int().nullable().meta({ description: 'Sequence number of the first event that does not fit' }),
    head: z.string(),
  })
  .meta({ id: 'ChainVerification' });

export const findingSchema = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    caseType: z.string(),
    caseId: z.string(),
    detail: z.string(),
    foundAt: instant,
    seenAt: instant,
    times: z.int(),
    temporalUrl: z.string(),
  })
  .meta({ id: 'Finding' });

export const findingsSchema = z
  .strictObject({ counts: z.record(z.string(), z.int()), items: z.array(findingSchema) })
  .meta({ id: 'Findings' });

export const operatorBodies = {
  reasoned: z.strictObject({ reason }),
  cancel: z.strictObject({ reasonCode: code, reason }),
} as const;

export const temporalViewsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        query: z.string().meta({ description: 'In Temporal’s list-filter language, with the present time written in' }),
        url: z.string(),
      }),
    ),
  })
  .meta({ id: 'TemporalViews' });

/** The document by which the platform may carry personal money appeals. */
export const designationSchema = z
  .strictObject({
    authority: line(2, 60).meta({ example: '民政部' }),
    reference: line(4, 60).meta({ description: 'Number of the document' }),
    designatedOn: day,
    validUntil: day.nullable(),
  })
  .meta({ id: 'Designation' });
