import { z } from 'zod';
import { id, regionCode } from '../../contracts/http/common.ts';
import {
  caseType,
  chainSchema,
  findingsSchema,
  operatorBodies,
  operatorCaseSchema,
  stuckPage,
  stuckQuery,
  temporalViewsSchema,
} from '../../contracts/http/operator.ts';
import { commandReceiptSchema } from '../../contracts/http/command.ts';
import { pendingSchema, queryInt } from '../../contracts/http/common.ts';
import { workflowId, type CaseType } from '../../contracts/cases.ts';
import { problem } from '../../contracts/problems.ts';
import { handoverTable } from '../../domain/handover/table.ts';
import { applicationTable } from '../../domain/application/table.ts';
import { allowedCommands } from '../../domain/kernel/table.ts';
import type { CaseTable } from '../../domain/kernel/types.ts';
import { needTable } from '../../domain/need/table.ts';
import { pledgeTable } from '../../domain/pledge/table.ts';
import { temporalViews, viewUrl, within } from '../../infra/temporal/views.ts';
import type { CaseRecord } from '../../models/case.ts';
import { chainHash, toCaseEvent, type EventRecord } from '../../models/event.ts';
import { FINDING_KINDS } from '../../models/finding.ts';
import { answerFor, checkedReason, type PersonalAccess } from '../case-command.ts';
import { pagingOf } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

const OPERATOR: PersonalAccess = { roles: ['operator'], scope: 'region' };
const TABLES: Readonly<Record<CaseType, CaseTable>> = {
  need: needTable,
  pledge: pledgeTable,
  application: applicationTable,
  handover: handoverTable,
};
const params = z.strictObject({ caseType, caseId: id });

function temporalUrl({ config }: ApiDeps, type: string, caseId: string): string {
  const { uiUrl, namespace } = config.temporal;
  return `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId(type, caseId))}`;
}

const caseFields = (deps: ApiDeps, record: CaseRecord) => ({
  caseType: record.caseType as CaseType,
  caseId: record.caseId,
  stage: record.stage,
  stageSince: record.stageSince.toISOString(),
  seq: record.seq,
  dueAt: record.dueAt?.toISOString() ?? null,
  dueCommand: record.dueCommand,
  waitingOn: record.waitingOn,
  parkedReason: record.parkedReason,
  regionPath: record.regionPath,
  policyVersion: record.policyVersion,
  temporalUrl: temporalUrl(deps, record.caseType, record.caseId),
});

const listStuck = defineRoute({
  method: 'get',
  path: '/v1/operator/stuck',
  operationId: 'listStuckCases',
  summary: 'Cases that are parked, or whose deadline has passed without the clock acting',
  tags: ['Operations'],
  access: OPERATOR,
  request: { query: stuckQuery },
  responses: { 200: stuckPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, now }) {
    const { kind, region, reason, caseType: type } = query;
    const list = `stuck ${[kind, region, reason, type].join(' ')}`;
    const sortedBy = (row: CaseRecord) => (kind === 'parked' ? row.stageSince : row.dueAt)?.getTime() ?? 0;
    const paging = pagingOf<CaseRecord>(deps.crypto, list, query, (row) => [sortedBy(row), row._id]);
    const [at, key] = paging.keys ?? [];
    const rows = await deps.models.cases.stuck({
      kind,
      now: new Date(now),
      limit: paging.fetch,
      ...(region !== undefined && { regionCode: region }),
      ...(reason !== undefined && { reason }),
      ...(type !== undefined && { caseType: type }),
      ...(at !== undefined && { after: { at: new Date(Number(at)), id: String(key) } }),
    });
    const { page, next } = paging.cut(rows);
    return { status: 200, body: { items: page.map((record) => caseFields(deps, record)), next } };
  },
});

/** @throws Problem NOT_FOUND */
async function findCase({ models }: ApiDeps, type: CaseType, caseId: string): Promise<CaseRecord> {
  const record = await models.cases.find(type, caseId);
  if (record === null) throw problem('NOT_FOUND');
  return record;
}

const getCase = defineRoute({
  method: 'get',
  path: '/v1/operator/cases/{caseType}/{caseId}',
  operationId: 'getOperatorCase',
  summary: 'One case with its workflow as Temporal sees it',
  tags: ['Operations'],
  access: OPERATOR,
  // Asking Temporal is dear, and it allows few such questions.
  rate: 'search',
  request: { params },
  responses: { 200: operatorCaseSchema },
  audit: 'operator.case.read',
  async handler({ deps, params: { caseType: type, caseId } }) {
    const [record, sight] = await Promise.all([findCase(deps, type, caseId), deps.gateway.describe(type, caseId)]);
    const seen = 'runId' in sight ? sight : { ...sight, runId: null, historyLength: null, pendingActivities: [] };
    const { status, runId, historyLength, pendingActivities } = seen;
    const body = {
      ...caseFields(deps, record),
      terminal: record.terminal,
      startedAt: record.startedAt.toISOString(),
      updatedAt: record.updatedAt.toISOString(),
      hash: record.hash,
      state: { ...record.state },
      allowed: allowedCommands(TABLES[type], record.stage),
      workflow: { status, runId, historyLength, pendingActivities: pendingActivities.map((a) => ({ ...a })) },
    };
    return { status: 200, etag: record.seq, body };
  },
});

const verifyChain = defineRoute({
  method: 'get',
  path: '/v1/operator/cases/{caseType}/{caseId}/chain',
  operationId: 'verifyCaseChain',
  summary: 'Recompute the hash chain over a case’s events',
  tags: ['Operations'],
  access: OPERATOR,
  rate: 'search',
  request: { params },
  responses: { 200: chainSchema },
  audit: 'operator.chain.verify',
  async handler({ deps, params: { caseType: type, caseId } }) {
    const record = await findCase(deps, type, caseId);
    const events = await deps.models.events.of(type, caseId);
    const brokenAt = firstBroken(events, record);
    const body = {
      caseType: type,
      caseId,
      events: events.length,
      whole: brokenAt === null,
      brokenAt,
      head: record.hash,
    };
    return { status: 200, body };
  },
});

/** Sequence number of the first event that does not follow from the one before it, or of one that is missing. */
function firstBroken(events: readonly EventRecord[], record: CaseRecord): number | null {
  let head = '';
  for (const [i, event] of events.entries()) {
    if (event.seq !== i + 1 || event.prevHash !== head) return i + 1;
    head = chainHash(head, event.caseType, event.caseId, toCaseEvent(event));
    if (event.hash !== head) return event.seq;
  }
  return head === record.hash && events.length === record.seq ? null : events.length + 1;
}

const SUMMARIES = {
  resume: 'Let a parked case go on where it stood; its clock is shifted by the time it waited',
  retry: 'Try again the work that failed, then go on',
  skip: 'Go on without the work that failed',
  cancel: 'End a case, outside of all rates',
} as const;
type OperatorCommand = keyof typeof SUMMARIES;

function operatorCommand<B extends typeof operatorBodies.reasoned | typeof operatorBodies.cancel>(
  command: OperatorCommand,
  body: B,
): AnyRoute {
  return defineRoute({
    method: 'post',
    path: `/v1/operator/cases/{caseType}/{caseId}/${command}`,
    operationId: `${command}Case`,
    summary: SUMMARIES[command],
    tags: ['Operations'],
    access: OPERATOR,
    request: { params, body: body as z.ZodType<{ reason: string; reasonCode?: string }> },
    responses: { 200: commandReceiptSchema, 202: pendingSchema },
    problems: ['NOT_ALLOWED_IN_STAGE', 'CASE_CLOSED', 'CASE_BUSY', 'NOTHING_TO_RETRY', 'REASON_LENGTH'],
    audit: `operator.case.${command}`,
    async handler({ deps, params: { caseType: type, caseId }, body: given, actor, commandId, ifMatch }) {
      const record = await findCase(deps, type, caseId);
      if (ifMatch !== null && ifMatch !== record.seq)
        throw problem('VERSION_MISMATCH', { members: { seq: record.seq } });
      const { reason, reasonCode } = given;
      const receipt = await deps.gateway.send({
        commandId,
        caseType: type,
        caseId,
        name: command,
        actor,
        data: reasonCode === undefined ? {} : { reasonCode },
        note: checkedReason(deps, reason),
        ...(ifMatch !== null && { expectedSeq: ifMatch }),
      });
      return answerFor(receipt, type, caseId);
    },
  });
}

const listFindings = defineRoute({
  method: 'get',
  path: '/v1/operator/findings',
  operationId: 'listFindings',
  summary: 'What the sweeper has found and nobody has settled: old cases, lost workflows, lost records',
  tags: ['Operations'],
  access: OPERATOR,
  request: { query: z.strictObject({ kind: z.enum(FINDING_KINDS).optional(), limit: queryInt(1, 200).optional() }) },
  responses: { 200: findingsSchema },
  async handler({ deps, query: { kind, limit = 50 } }) {
    const { findings } = deps.models;
    const kinds = kind === undefined ? FINDING_KINDS : [kind];
    const [counts, lists] = await Promise.all([
      findings.count(),
      Promise.all(kinds.map((k) => findings.open(k, limit))),
    ]);
    const items = lists.flat().map((finding) => ({
      id: finding._id,
      kind: finding.kind,
      caseType: finding.caseType,
      caseId: finding.caseId,
      detail: finding.detail,
      foundAt: finding.foundAt.toISOString(),
      seenAt: finding.seenAt.toISOString(),
      times: finding.times,
      temporalUrl: temporalUrl(deps, finding.caseType, finding.caseId),
    }));
    return { status: 200, body: { counts, items: items.slice(0, limit) } };
  },
});

const listViews = defineRoute({
  method: 'get',
  path: '/v1/operator/temporal-views',
  operationId: 'listTemporalViews',
  summary: 'Lists in the Temporal UI as links: parked, overdue, waiting on a level; of one region when asked',
  tags: ['Operations'],
  access: OPERATOR,
  request: { query: z.strictObject({ region: regionCode.optional() }) },
  responses: { 200: temporalViewsSchema },
  handler({ deps: { config }, query: { region }, now }) {
    const items = temporalViews(new Date(now)).map(({ id: view, title, query }) => {
      const filter = region === undefined ? query : within(query, region);
      return { id: view, title, query: filter, url: viewUrl(config.temporal.uiUrl, config.temporal.namespace, filter) };
    });
    return Promise.resolve({ status: 200, body: { items } });
  },
});

export const operatorRoutes: readonly AnyRoute[] = [
  listStuck,
  getCase,
  verifyChain,
  operatorCommand('resume', operatorBodies.reasoned),
  operatorCommand('retry', operatorBodies.reasoned),
  operatorCommand('skip', operatorBodies.reasoned),
  operatorCommand('cancel', operatorBodies.cancel),
  listFindings,
  listViews,
];
