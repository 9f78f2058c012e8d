import { z } from 'zod';
import { CASE_TYPES } from '../cases.ts';
import { reason } from './command.ts';
import { because } from './reason-code.ts';
import { day, id, instant, level, line, pageOf, pageQuery, regionCode } from './common.ts';

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
export const stuckKind = z.enum(['parked', 'overdue', 'stuck']).meta({
  description: 'Parked; past its deadline without the clock acting; longer in its stage than any rule allows',
});
export const stuckQuery = z.strictObject({
  kind: stuckKind,
  region: regionCode.optional(),
  reason: z.string().min(1).max(80).optional(),
  caseType: caseType.optional(),
  ...pageQuery,
});

export const stuckSummaryQuery = z.strictObject({ kind: stuckKind, region: regionCode.optional() });
export const stuckSummarySchema = z
  .strictObject({
    total: z.int(),
    groups: z.array(
      z.strictObject({
        region: z.string().nullable().meta({ description: 'One level below the region asked for' }),
        place: z.string().nullable(),
        caseType,
        reason: z.string().meta({ description: 'Why it is parked; else the stage it stands in' }),
        count: z.int(),
        oldest: instant,
      }),
    ),
  })
  .meta({ id: 'StuckSummary' });

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

/** Whom a case is handed to: a level, or one cadre of it; applications also to the operators. */
const reassignTo = { level: z.union([level, z.literal('operator')]), accountId: id.optional() };

export const operatorBodies = {
  reassign: z.strictObject({ ...reassignTo, reason }),
  reasoned: z.strictObject({ reason }),
  cancel: z.strictObject(because('cancel')),
} as const;

const cases = z
  .array(z.strictObject({ caseType, caseId: id }))
  .min(1)
  .max(50);
export const actionsBody = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.enum(['resume', 'retry', 'skip']), cases, reason }),
    z.strictObject({ action: z.literal('cancel'), cases, ...because('cancel') }),
    z.strictObject({ action: z.literal('reassign'), cases, ...reassignTo, reason }),
  ])
  .meta({ id: 'CaseActions' });

export const actionsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        caseType,
        caseId: id,
        status: z
          .enum(['applied', 'pending', 'refused'])
          .meta({ description: 'pending: accepted for good, see /v1/commands/{commandId}' }),
        commandId: z.string(),
        stage: z.string().nullable(),
        problem: z.strictObject({ code: z.string(), title: z.string() }).nullable(),
      }),
    ),
  })
  .meta({ id: 'CaseActionResults' });

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
