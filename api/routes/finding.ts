import type { Filter } from 'mongodb';
import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import {
  findingBodies,
  findingDetailSchema,
  findingsPage,
  findingsQuery,
  type findingSchema,
} from '../../contracts/http/finding.ts';
import { fieldProblem } from '../../contracts/problems.ts';
import { findingTable } from '../../domain/finding/table.ts';
import { findingEventText, findingKindText } from '../../domain/finding/texts.ts';
import { allowedCommands } from '../../domain/kernel/table.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import type { FindingRecord } from '../../models/finding.ts';
import { caseCommandRoutes, checkedReason, loadInScope, optionalReason } from '../case-command.ts';
import { afterKeys, pagingOf } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { notesOf } from '../timeline.ts';
import { OPERATOR, temporalUrl } from './case-fields.ts';

/** What the sweeper found: who looks after it, and how it was settled. */

const params = z.strictObject({ findingId: id });
const UNSETTLED = ['draft', 'open', 'taken', 'parked'] as const;
const HOUR_MS = 3_600_000;

const rowOf = (deps: ApiDeps, finding: FindingRecord): z.input<typeof findingSchema> => ({
  id: finding.findingId,
  kind: finding.kind,
  text: findingKindText(finding.kind),
  caseType: finding.caseType,
  caseId: finding.caseId,
  detail: finding.detail,
  regionPath: finding.regionPath,
  stage: finding.stage,
  ownerId: finding.ownerId,
  outcome: finding.outcome,
  foundAt: finding.foundAt.toISOString(),
  seenAt: finding.seenAt.toISOString(),
  times: finding.times,
  dueAt: finding.dueAt?.toISOString() ?? null,
  stillThere: finding.resolvedAt === null,
  temporalUrl: temporalUrl(deps, finding.caseType, finding.caseId),
});

const listFindings = defineRoute({
  method: 'get',
  path: '/v1/operator/findings',
  operationId: 'listFindings',
  summary: 'What the sweeper has found: old cases, lost workflows, lost records; the oldest first, with counts',
  tags: ['Operations'],
  access: OPERATOR,
  request: { query: findingsQuery },
  responses: { 200: findingsPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, caller, now }) {
    const { kind, stage, owner, olderThanHours } = query;
    const list = `findings ${[kind, stage, owner === 'me' ? caller.accountId : owner, olderThanHours].join(' ')}`;
    const paging = pagingOf<FindingRecord>(deps.crypto, list, query, (row) => [row.foundAt.getTime(), row._id]);
    const { findings, openCounts } = deps.models.findings;
    const filters: Filter<FindingRecord>[] = [
      { stage: stage ?? { $in: [...UNSETTLED] }, findingId: { $type: 'string' } },
      afterKeys('foundAt', 'asc', paging.keys),
    ];
    if (kind !== undefined) filters.push({ kind });
    if (owner !== undefined) filters.push({ ownerId: ownerOf(owner, caller.accountId) });
    if (olderThanHours !== undefined) filters.push({ foundAt: { $lte: new Date(now - olderThanHours * HOUR_MS) } });
    const [counts, rows] = await Promise.all([
      openCounts(),
      findings.find({ $and: filters }, { maxTimeMS: 3000 }).sort({ foundAt: 1, _id: 1 }).limit(paging.fetch).toArray(),
    ]);
    const { page, next } = paging.cut(rows);
    return { status: 200, body: { counts, items: page.map((finding) => rowOf(deps, finding)), next } };
  },
});

const ownerOf = (owner: string, me: string): string | null => (owner === 'me' ? me : owner === 'none' ? null : owner);

const getFinding = defineRoute({
  method: 'get',
  path: '/v1/operator/findings/{findingId}',
  operationId: 'getFinding',
  summary: 'One finding with its history',
  tags: ['Operations'],
  access: OPERATOR,
  request: { params },
  responses: { 200: findingDetailSchema },
  async handler({ deps, params: { findingId }, actor }) {
    const finding = await loadInScope(deps, 'finding', findingId, actor);
    const events = await deps.models.events.of('finding', findingId);
    const notes = await notesOf(deps, events);
    const timeline = events.map(({ at, type, data, actor: by, commandId }) => ({
      ...{ at: at.toISOString(), type, text: findingEventText(type, data), by: partOf(by) },
      note: notes.get(commandId) ?? null,
    }));
    const allowed = allowedCommands(findingTable, finding.stage);
    return { status: 200, etag: finding.rev, body: { ...rowOf(deps, finding), allowed, timeline } };
  },
});

const partOf = ({ role }: Actor): string =>
  role === 'operator' ? '平台管理员' : role === 'clock' ? '到期自动处理' : '系统';

/** @throws Problem NOT_PERMITTED */
async function assertOperator({ models }: ApiDeps, accountId: string): Promise<void> {
  const operators = await models.accounts.holders({ role: 'operator' });
  if (!operators.includes(accountId)) throw fieldProblem('NOT_PERMITTED', '/body/accountId', 'no operator');
}

const findingCommand = caseCommandRoutes({
  caseType: 'finding',
  tag: 'Operations',
  path: '/v1/operator/findings/{findingId}',
  params,
  caseId: 'findingId',
});

export const findingRoutes: readonly AnyRoute[] = [
  listFindings,
  getFinding,
  findingCommand({
    command: 'take',
    operationId: 'takeFinding',
    summary: 'Look after a finding: it is yours until you settle it or let it go',
    access: OPERATOR,
  }),
  findingCommand({
    command: 'letGo',
    operationId: 'letFindingGo',
    summary: 'Put a finding back for another operator',
    access: OPERATOR,
    problems: ['ASSIGNED_TO_ANOTHER'],
  }),
  findingCommand({
    command: 'assign',
    operationId: 'assignFinding',
    summary: 'Give a finding to an operator, or hand it over to a colleague',
    access: OPERATOR,
    body: findingBodies.assign,
    problems: ['NOT_PERMITTED', 'ALREADY_DONE'],
    async message({ body: { accountId, reason }, deps }) {
      await assertOperator(deps, accountId);
      return { data: { toAccountId: accountId }, note: optionalReason(deps, reason) };
    },
  }),
  findingCommand({
    command: 'settle',
    operationId: 'settleFinding',
    summary: 'Say how it ended, with a reason; found again after a while, it is open again',
    access: OPERATOR,
    body: findingBodies.settle,
    problems: ['ASSIGNED_TO_ANOTHER', 'REASON_LENGTH'],
    message: ({ body: { outcome, reason }, deps }) => ({ data: { outcome }, note: checkedReason(deps, reason) }),
  }),
];
