import { z } from 'zod';
import { POLICY_PARTS } from '../../domain/policy.ts';
import { CASE_TYPES } from '../cases.ts';
import { RUN_STATUSES } from '../jobs.ts';
import { day, id, instant, line, regionCode, text } from './common.ts';

const version = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,39}$/)
  .meta({ description: 'Name of a national version', example: '2026-07' });
/** Also the name of an override, or of a version with overrides. */
const anyVersion = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}(\+\d{2,12}\.\d{1,4}){0,5}$/);

const MAX_DEPTH = 4;

/** Numbers, texts and lists under plain names: what a policy is made of. */
function isPlain(value: unknown, depth = 0): boolean {
  if (value === null || ['number', 'string', 'boolean'].includes(typeof value)) return true;
  if (typeof value !== 'object' || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.length <= 50 && value.every((each) => isPlain(each, depth + 1));
  return Object.entries(value).every(([key, each]) => /^[a-z]\w{0,60}$/i.test(key) && isPlain(each, depth + 1));
}

const values = z
  .partialRecord(z.enum(['shared', ...POLICY_PARTS]), z.record(z.string().regex(/^[a-z]\w{0,60}$/i), z.unknown()))
  .refine((given) => isPlain(given), 'must be numbers, texts and lists under plain names')
  .meta({
    description: 'By part, the values that change; null takes one out, where the rules can do without it',
    example: { need: { returnedDays: 20 } },
  });

const note = text(1, 500).meta({ example: '农忙季节，乡村两级审批时限放宽' });

export const policyDraftBody = z.strictObject({
  base: version.optional().meta({ description: 'The version that it changes; without it the one in force' }),
  region: regionCode.optional().meta({ description: 'With it: an override of this region' }),
  values,
  note,
});
export const policyDraftChange = z.strictObject({ values, note });
export const publishBody = z.strictObject({
  version: version
    .optional()
    .meta({ description: 'Name of the new national version; overrides are named by themselves' }),
  validFrom: day,
});
export const endBody = z.strictObject({
  endsOn: day.meta({ description: 'The first day (in China) on which it does not hold any more' }),
});
export const versionParams = z.strictObject({ version: anyVersion });
export const draftParams = z.strictObject({ draftId: id });

const difference = z.strictObject({ pointer: z.string(), before: z.unknown(), after: z.unknown() });
const fault = z.strictObject({ pointer: z.string().meta({ description: 'Into `values`' }), detail: z.string() });

export const policyDraftSchema = z
  .strictObject({
    id,
    base: z.string(),
    region: z.string().nullable(),
    values: z.record(z.string(), z.unknown()),
    note: z.string(),
    differences: z.array(difference).meta({ description: 'What changes, against the base as it holds in the region' }),
    faults: z.array(fault).meta({ description: 'Why it cannot be published' }),
    publishedAs: z.string().nullable(),
    createdBy: id,
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'PolicyDraft' });
export const policyDraftList = z.strictObject({ items: z.array(policyDraftSchema) });

const entry = z
  .strictObject({
    version: z.string(),
    region: z.string().nullable().meta({ description: 'Null: the whole country' }),
    base: z.string().nullable(),
    validFrom: z.string(),
    endsOn: z.string().nullable(),
    state: z.enum(['coming', 'inForce', 'superseded', 'ended']),
    note: z.string(),
    publishedAt: instant.nullable().meta({ description: 'Null: it came with the software' }),
    publishedBy: id.nullable(),
  })
  .meta({ id: 'PolicyVersion' });
export const policyVersionList = z.strictObject({ items: z.array(entry) });
export const policyVersionSchema = entry;

export const effectivePolicySchema = z
  .strictObject({
    version: z.string(),
    base: z.string(),
    overrides: z.array(z.string()),
    policy: z.record(z.string(), z.unknown()),
    differences: z.array(difference).meta({ description: 'Of the regions, against the national version' }),
  })
  .meta({ id: 'EffectivePolicy' });
export const effectiveQuery = z.strictObject({ region: regionCode.optional(), on: day.optional() });

const selection = {
  region: regionCode.optional(),
  caseTypes: z.array(z.enum(CASE_TYPES)).min(1).max(CASE_TYPES.length).optional(),
  startedFrom: instant.optional(),
  startedBefore: instant.optional(),
};

export const whatIfBody = z.strictObject({
  values: values.optional().meta({ description: 'Each case by its own policy, with these values; {} changes nothing' }),
  version: anyVersion.optional().meta({ description: 'All cases by this version' }),
  draftId: id.optional().meta({ description: 'Each case by its own policy, with the values of this draft' }),
  ...selection,
});
export const runParams = z.strictObject({ runId: id });

const run = {
  id,
  status: z.enum(RUN_STATUSES),
  total: z.int().nullable(),
  done: z.int(),
  failure: z.string().nullable(),
  requestedBy: id,
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  request: z.record(z.string(), z.unknown()),
};
const counts = z.record(z.string(), z.int());
const differing = z.record(z.string(), z.strictObject({ cases: z.int(), differ: z.int() }));
const pairs = z.record(z.string(), z.strictObject({ before: z.int(), after: z.int() }));

export const whatIfReportSchema = z
  .strictObject({
    cases: z.int(),
    compared: z.int(),
    notReproduced: z.int().meta({ description: 'Under its own rules it does not come out as stored: left out' }),
    unreadable: counts,
    differ: z
      .strictObject({ end: z.int(), course: z.int(), time: z.int() })
      .meta({ description: 'They would stand elsewhere; reach the same by another way; reach it at other times' }),
    ends: counts,
    regions: differing.meta({ description: 'By county; `differ`: they would stand elsewhere' }),
    categories: differing,
    clock: pairs.meta({ description: 'What the clock did, e.g. takeovers and expiries' }),
    routes: pairs,
    missed: counts.meta({ description: 'Commands of people that would have come too late' }),
    examples: z.array(
      z.strictObject({
        caseType: z.string(),
        caseId: id,
        difference: z.enum(['end', 'course', 'time']),
        before: z.string(),
        after: z.string(),
      }),
    ),
    caveats: z.array(z.string()).meta({ description: 'What a replay cannot know' }),
  })
  .meta({ id: 'WhatIfReport' });
export const whatIfSchema = z.strictObject({ ...run, report: whatIfReportSchema }).meta({ id: 'WhatIf' });
export const whatIfList = z.strictObject({ items: z.array(whatIfSchema) });

export const migrationBody = z.strictObject({
  to: anyVersion.optional().meta({ description: 'Without it what is in force in the region of each case' }),
  from: anyVersion.optional().meta({ description: 'Only cases of this version' }),
  dryRun: z.boolean().meta({ description: 'Says what would happen and changes nothing' }),
  reason: line(5, 100),
  caseIds: z.array(id).min(1).max(500).optional().meta({ description: 'Only these cases' }),
  ...selection,
});
export const migrationSchema = z
  .strictObject({
    ...run,
    report: z.strictObject({
      cases: z.int(),
      unchanged: z.int().meta({ description: 'They have the version already' }),
      sent: z.int().meta({ description: 'Told to go over; in a dry run those that would be' }),
      refused: counts,
      deadlines: z.strictObject({ sooner: z.int(), later: z.int(), same: z.int() }),
    }),
  })
  .meta({ id: 'PolicyMigration' });
export const migrationList = z.strictObject({ items: z.array(migrationSchema) });
export const migrationResults = z
  .strictObject({
    items: z.array(
      z.strictObject({
        caseType: z.string(),
        caseId: id,
        from: z.string(),
        to: z.string(),
        stage: z.string(),
        dueBefore: instant.nullable(),
        dueAfter: instant.nullable(),
        result: z.string().meta({ description: '`wouldMigrate`, `pending`, `applied`, or why it was refused' }),
      }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: 'PolicyMigrationResults' });
