import { z } from 'zod';
import { id, regionCode } from '../../contracts/http/common.ts';
import { caseType, chainSchema, operatorCaseSchema, temporalViewsSchema } from '../../contracts/http/operator.ts';
import { shownTo } from '../../domain/access/disclosure.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import { allowedCommands } from '../../domain/kernel/table.ts';
import { temporalViews, viewUrl, within } from '../../infra/temporal/views.ts';
import type { CaseRecord } from '../../models/case.ts';
import { chainHash, toCaseEvent, type EventRecord } from '../../models/event.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { caseFields, findCase, OPERATOR } from './case-fields.ts';

const params = z.strictObject({ caseType, caseId: id });

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
  personal: 'operations',
  async handler({ deps, params: { caseType: type, caseId }, actor }) {
    const [record, sight] = await Promise.all([
      findCase(deps, type, caseId, actor),
      deps.gateway.describe(type, caseId),
    ]);
    const seen = 'runId' in sight ? sight : { ...sight, runId: null, historyLength: null, pendingActivities: [] };
    const { status, runId, historyLength, pendingActivities } = seen;
    const body = {
      ...caseFields(deps, record),
      terminal: record.terminal,
      startedAt: record.startedAt.toISOString(),
      updatedAt: record.updatedAt.toISOString(),
      hash: record.hash,
      state: { ...record.state },
      allowed: allowed(type, record.stage),
      workflow: { status, runId, historyLength, pendingActivities: pendingActivities.map((a) => ({ ...a })) },
    };
    return { status: 200, etag: record.seq, persons: shownTo(actor, peopleIn(record)), body };
  },
});

/** A kind of case that this release does not know takes no commands. */
const allowed = (type: string, stage: string): string[] => {
  const table = CASE_DECIDERS[type]?.table;
  return table === undefined ? [] : allowedCommands(table, stage);
};

/** Whom a case's state names, by the members that every kind of case uses for it. */
function peopleIn({ state }: CaseRecord) {
  const { publisherId, donorId, applicantId, householdId } = state as unknown as Record<string, string | undefined>;
  return { accounts: [publisherId, donorId, applicantId], households: [householdId] };
}

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
  async handler({ deps, params: { caseType: type, caseId }, actor }) {
    const record = await findCase(deps, type, caseId, actor);
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

export const operatorRoutes: readonly AnyRoute[] = [getCase, verifyChain, listViews];
