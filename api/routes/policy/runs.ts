import { CASE_TYPES } from '../../../contracts/cases.ts';
import { z } from 'zod';
import { pageQuery } from '../../../contracts/http/common.ts';
import {
  migrationBody,
  migrationList,
  migrationResults,
  migrationSchema,
  runParams,
  whatIfBody,
  whatIfList,
  whatIfSchema,
} from '../../../contracts/http/policy.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import type { JsonObject } from '../../../domain/kernel/types.ts';
import type { Policy } from '../../../domain/policy.ts';
import { mayRule, withValues } from '../../../domain/policy/override.ts';
import { isWithin } from '../../../domain/region/region.ts';
import { CAVEATS, emptyReport, type Change } from '../../../domain/what-if/index.ts';
import { checkedPolicy } from '../../../infra/policies.ts';
import { isDuplicateKey } from '../../../models/command.ts';
import type {
  CaseSelection,
  MigrationResultRecord,
  MigrationRun,
  NewPolicyRun,
  PolicyRunKind,
  PolicyRunRecord,
  WhatIfRun,
} from '../../../models/policy-run.ts';
import { checkedReason } from '../../case-command.ts';
import { pagingOf } from '../../cursor.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { policyNamed } from './draft-check.ts';
import { findDraft, OPERATORS } from './drafts.ts';

const LISTED = 20;

type SelectionBody = Pick<z.output<typeof whatIfBody>, 'region' | 'caseTypes' | 'startedFrom' | 'startedBefore'>;

function selectionOf(deps: ApiDeps, body: SelectionBody, region = body.region ?? null): CaseSelection {
  const { caseTypes = CASE_TYPES, startedFrom, startedBefore } = body;
  if (region !== null && deps.reference.regions.find(region) === null)
    throw fieldProblem('REGION_UNKNOWN', '/body/region', 'no such region');
  return {
    region,
    caseTypes: [...caseTypes],
    startedFrom: startedFrom === undefined ? null : new Date(startedFrom),
    startedBefore: startedBefore === undefined ? null : new Date(startedBefore),
  };
}

const common = (run: PolicyRunRecord) => ({
  ...{ id: run._id, status: run.status, total: run.total, done: run.done, failure: run.failure },
  requestedBy: run.requestedBy,
  createdAt: run.createdAt.toISOString(),
  startedAt: run.startedAt?.toISOString() ?? null,
  finishedAt: run.finishedAt?.toISOString() ?? null,
  request: { ...run.request },
});

const whatIfView = (run: WhatIfRun): z.input<typeof whatIfSchema> => ({
  ...common(run),
  report: { ...run.report, examples: [...run.report.examples], caveats: [...CAVEATS] },
});
const migrationView = (run: MigrationRun): z.input<typeof migrationSchema> => ({ ...common(run), report: run.report });

/** Keeps the run and asks for its job. The same request twice makes one run. */
async function started(deps: ApiDeps, run: NewPolicyRun): Promise<void> {
  try {
    await deps.models.policyRuns.insert(run);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  // When Redis is away the sweeper asks for it later.
  await deps.jobs.policyRun(run._id);
}

/** @throws Problem NOT_FOUND */
async function found<K extends PolicyRunKind>({ models }: ApiDeps, kind: K, id: string) {
  const run = await models.policyRuns.find(kind, id);
  if (run === null) throw problem('NOT_FOUND');
  return run;
}

/** @throws Problem POLICY_INVALID naming each faulty value */
function checkedValues({ reference }: ApiDeps, values: JsonObject, now: number): JsonObject {
  const policy = withValues(reference.currentPolicy(now) as unknown as JsonObject, values) as unknown as Policy;
  const checked = checkedPolicy(policy);
  if ('policy' in checked) return values;
  const errors = checked.faults.map(({ pointer, detail }) => ({
    pointer: `/body/values${pointer}`,
    code: 'POLICY_INVALID',
    detail,
  }));
  throw problem('POLICY_INVALID', { errors });
}

async function changeOf(
  deps: ApiDeps,
  body: z.output<typeof whatIfBody>,
  now: number,
): Promise<{ change: Change; region?: string | null }> {
  const { values, version, draftId } = body;
  if ([values, version, draftId].filter((given) => given !== undefined).length !== 1)
    throw fieldProblem('INVALID_REQUEST', '/body', 'name one of values, version and draftId');
  if (version !== undefined) return { change: { version: policyNamed(deps, version, '/body/version').version } };
  if (draftId === undefined) return { change: { values: checkedValues(deps, values as JsonObject, now) } };
  const draft = await findDraft(deps, draftId);
  return { change: { values: draft.values }, ...(draft.region !== null && { region: draft.region }) };
}

const askWhatIf = defineRoute({
  method: 'post',
  path: '/v1/operator/what-if',
  operationId: 'askWhatIf',
  summary: 'Replay stored cases under other numbers: how many would have ended otherwise',
  description:
    'The people’s commands come when they came, the clock’s by the changed deadlines. A job does it; poll `Location`. Of a region’s draft the region’s own cases are replayed.',
  tags: ['Policy'],
  access: OPERATORS,
  request: { body: whatIfBody },
  responses: { 202: whatIfSchema },
  problems: ['POLICY_INVALID', 'POLICY_UNKNOWN', 'REGION_UNKNOWN'],
  audit: 'policy.whatIf',
  async handler({ deps, body, caller, now, newId }) {
    const { change, region } = await changeOf(deps, body, now);
    if (region != null && body.region !== undefined && !isWithin(body.region, region))
      throw fieldProblem('INVALID_REQUEST', '/body/region', 'the draft is for another region');
    const selection = selectionOf(deps, body, body.region ?? region ?? null);
    const _id = newId('whatIf');
    await started(deps, {
      ...{ _id, kind: 'whatIf', requestedBy: caller.accountId, createdAt: new Date(now) },
      request: { change, ...selection },
      report: emptyReport(),
    });
    const headers = { Location: `/v1/operator/what-if/${_id}` };
    return { status: 202, headers, body: whatIfView(await found(deps, 'whatIf', _id)) };
  },
});

const getWhatIf = defineRoute({
  method: 'get',
  path: '/v1/operator/what-if/{runId}',
  operationId: 'getWhatIf',
  summary: 'How far a what-if is, and what it has found so far',
  tags: ['Policy'],
  access: OPERATORS,
  request: { params: runParams },
  responses: { 200: whatIfSchema },
  async handler({ deps, params }) {
    return { status: 200, body: whatIfView(await found(deps, 'whatIf', params.runId)) };
  },
});

const listWhatIfs = defineRoute({
  method: 'get',
  path: '/v1/operator/what-if',
  operationId: 'listWhatIfs',
  summary: 'The last twenty what-ifs, newest first',
  tags: ['Policy'],
  access: OPERATORS,
  responses: { 200: whatIfList },
  async handler({ deps }) {
    const runs = await deps.models.policyRuns.of('whatIf', LISTED);
    return { status: 200, body: { items: runs.map(whatIfView) } };
  },
});

const cancelWhatIf = defineRoute({
  method: 'post',
  path: '/v1/operator/what-if/{runId}/cancel',
  operationId: 'cancelWhatIf',
  summary: 'Stop a what-if; what it has found stays',
  tags: ['Policy'],
  access: OPERATORS,
  request: { params: runParams },
  responses: { 200: whatIfSchema },
  problems: ['ALREADY_DONE'],
  audit: 'policy.whatIf.cancel',
  async handler({ deps, params }) {
    await found(deps, 'whatIf', params.runId);
    if (!(await deps.models.policyRuns.end(params.runId, 'cancelled'))) throw problem('ALREADY_DONE');
    return { status: 200, body: whatIfView(await found(deps, 'whatIf', params.runId)) };
  },
});

const askMigration = defineRoute({
  method: 'post',
  path: '/v1/operator/policy-migrations',
  operationId: 'migrateCases',
  summary: 'Take running cases over to another version of the policy; say first, in a dry run, what would happen',
  description:
    'Each case decides for itself: its deadlines are counted anew, none ends before the new policy’s notice.',
  tags: ['Policy'],
  access: OPERATORS,
  request: { body: migrationBody },
  responses: { 202: migrationSchema },
  problems: ['POLICY_UNKNOWN', 'REGION_UNKNOWN', 'REASON_LENGTH'],
  audit: 'policy.migrate',
  async handler({ deps, body, caller, now, newId }) {
    const { to, from = null, dryRun } = body;
    checkedReason(deps, body.reason);
    const target = to === undefined ? null : policyNamed(deps, to, '/body/to').version;
    if (from !== null) policyNamed(deps, from, '/body/from');
    const selection = selectionOf(deps, body);
    if (target !== null && !mayRule(target, selection.region))
      throw fieldProblem(
        'INVALID_REQUEST',
        '/body/region',
        'this version is for one region alone: name it, or a part of it',
      );
    const _id = newId('migration');
    await started(deps, {
      ...{ _id, kind: 'migration', requestedBy: caller.accountId, createdAt: new Date(now) },
      request: { to: target, from, dryRun, reason: body.reason, caseIds: body.caseIds ?? null, ...selection },
      report: { cases: 0, unchanged: 0, sent: 0, refused: {}, deadlines: { sooner: 0, later: 0, same: 0 } },
    });
    const headers = { Location: `/v1/operator/policy-migrations/${_id}` };
    return { status: 202, headers, body: migrationView(await found(deps, 'migration', _id)) };
  },
});

const getMigration = defineRoute({
  method: 'get',
  path: '/v1/operator/policy-migrations/{runId}',
  operationId: 'getMigration',
  summary: 'How far a migration of cases is',
  tags: ['Policy'],
  access: OPERATORS,
  request: { params: runParams },
  responses: { 200: migrationSchema },
  async handler({ deps, params }) {
    return { status: 200, body: migrationView(await found(deps, 'migration', params.runId)) };
  },
});

const listMigrations = defineRoute({
  method: 'get',
  path: '/v1/operator/policy-migrations',
  operationId: 'listMigrations',
  summary: 'The last twenty migrations, dry runs among them, newest first',
  tags: ['Policy'],
  access: OPERATORS,
  responses: { 200: migrationList },
  async handler({ deps }) {
    const runs = await deps.models.policyRuns.of('migration', LISTED);
    return { status: 200, body: { items: runs.map(migrationView) } };
  },
});

const cancelMigration = defineRoute({
  method: 'post',
  path: '/v1/operator/policy-migrations/{runId}/cancel',
  operationId: 'cancelMigration',
  summary: 'Stop a migration; the cases that went over stay where they are',
  tags: ['Policy'],
  access: OPERATORS,
  request: { params: runParams },
  responses: { 200: migrationSchema },
  problems: ['ALREADY_DONE'],
  audit: 'policy.migrate.cancel',
  async handler({ deps, params }) {
    await found(deps, 'migration', params.runId);
    if (!(await deps.models.policyRuns.end(params.runId, 'cancelled'))) throw problem('ALREADY_DONE');
    return { status: 200, body: migrationView(await found(deps, 'migration', params.runId)) };
  },
});

const listResults = defineRoute({
  method: 'get',
  path: '/v1/operator/policy-migrations/{runId}/results',
  operationId: 'listMigrationResults',
  summary: 'What a migration did with each case, or would do',
  tags: ['Policy'],
  access: OPERATORS,
  request: { params: runParams, query: z.strictObject({ ...pageQuery }) },
  responses: { 200: migrationResults },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, params: { runId }, query }) {
    await found(deps, 'migration', runId);
    const paging = pagingOf<MigrationResultRecord>(deps.crypto, `migration ${runId}`, query, (row) => [row._id]);
    const { results } = deps.models.policyRuns;
    const rows = await results
      .find({ runId, _id: { $gt: String(paging.keys?.[0] ?? '') } }, { maxTimeMS: 3000 })
      .sort({ _id: 1 })
      .limit(paging.fetch)
      .toArray();
    const { page, next } = paging.cut(rows);
    const ids = page.flatMap(({ commandId }) => commandId ?? []);
    const sent = await deps.models.commands.commands.find({ _id: { $in: ids } }, { maxTimeMS: 3000 }).toArray();
    const outcomes = new Map(sent.map(({ _id, status, outcome }) => [_id, outcome?.refusal?.code ?? status]));
    const items = page.map(({ caseType, caseId, from, to, stage, refusal, commandId, dueBefore, dueAfter }) => ({
      ...{ caseType, caseId, from, to, stage },
      dueBefore: dueBefore?.toISOString() ?? null,
      dueAfter: dueAfter?.toISOString() ?? null,
      result: refusal ?? (commandId === null ? 'wouldMigrate' : (outcomes.get(commandId) ?? 'pending')),
    }));
    return { status: 200, body: { items, next } };
  },
});

export const policyRunRoutes: readonly AnyRoute[] = [
  ...[askWhatIf, getWhatIf, listWhatIfs, cancelWhatIf],
  ...[askMigration, getMigration, listMigrations, cancelMigration, listResults],
];
