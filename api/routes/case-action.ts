import { z } from 'zod';
import { actionsBody, actionsSchema, caseType, operatorBodies } from '../../contracts/http/operator.ts';
import { commandReceiptSchema } from '../../contracts/http/command.ts';
import { id, pendingSchema } from '../../contracts/http/common.ts';
import type { CaseType } from '../../contracts/cases.ts';
import { fieldProblem, problem } from '../../contracts/problems.ts';
import type { Actor, JsonObject, Level } from '../../domain/kernel/types.ts';
import { codeAt } from '../../domain/region/region.ts';
import { eachOf, resultOf } from '../bulk.ts';
import { answerFor, checkedReason } from '../case-command.ts';
import type { ApiDeps } from '../deps.ts';
import { tieTo } from '../ties.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { findCase, OPERATOR } from './case-fields.ts';

/** What an operator does with a case that cannot go on by itself: one, or many with a result for each. */

const SUMMARIES = {
  resume: 'Let a parked case go on where it stood; its clock is shifted by the time it waited',
  retry: 'Try again the work that failed, then go on',
  skip: 'Go on without the work that failed',
  cancel: 'End a case, outside of all rates',
  reassign: 'Hand a review, an application or a dispute to another level or cadre; a parked case goes on with it',
} as const;
type Action = keyof typeof SUMMARIES;

/** The parts of a body that any of the commands may have. */
interface Given {
  readonly reason: string;
  readonly reasonCode?: string | undefined;
  readonly level?: Level | 'operator' | undefined;
  readonly accountId?: string | undefined;
}

interface Order {
  readonly commandId: string;
  readonly caseType: CaseType;
  readonly caseId: string;
  readonly name: Action;
  readonly actor: Actor;
  readonly ifMatch?: number | null;
}

/** @throws Problem */
async function send(deps: ApiDeps, { ifMatch = null, ...order }: Order, given: Given) {
  const record = await findCase(deps, order.caseType, order.caseId, order.actor);
  if (ifMatch !== null && ifMatch !== record.seq) throw problem('VERSION_MISMATCH', { members: { seq: record.seq } });
  const { reason, reasonCode, level, accountId } = given;
  if (accountId !== undefined) await assertHoldsOffice(deps, accountId, level, record.regionPath);
  if (accountId !== undefined && order.caseType === 'need') await assertUntied(deps, accountId, order.caseId);
  const data: JsonObject = {
    ...(reasonCode !== undefined && { reasonCode }),
    ...(level !== undefined && { level }),
    ...(accountId !== undefined && { toAccountId: accountId }),
  };
  const expected = ifMatch === null ? {} : { expectedSeq: ifMatch };
  return deps.gateway.send({ ...order, data, note: checkedReason(deps, reason), ...expected });
}

/** @throws Problem NOT_PERMITTED when he is no cadre of that level for the case's place */
async function assertHoldsOffice(
  { models }: ApiDeps,
  accountId: string,
  level: Level | 'operator' | undefined,
  regionPath: readonly string[],
): Promise<void> {
  const regionCode = level === undefined || level === 'operator' ? null : codeAt(regionPath, level);
  const office = { role: 'cadre' as const, ...(level !== 'operator' && level !== undefined && { level }) };
  const holders = regionCode === null ? [] : await models.accounts.holders({ ...office, regionCode });
  if (!holders.includes(accountId)) throw fieldProblem('NOT_PERMITTED', '/body/accountId', 'no cadre of that office');
}

/** @throws Problem OWN_POSTING when he is of the need's household or its helper: he could not decide */
async function assertUntied(deps: ApiDeps, accountId: string, needId: string): Promise<void> {
  const need = await deps.models.needs.find(needId);
  if (need === null || (await tieTo(deps, [accountId], need.householdId)) === null) return;
  throw fieldProblem('OWN_POSTING', '/body/accountId', 'is of the household or its helper');
}

function actionRoute(command: Action, body: z.ZodObject): AnyRoute {
  return defineRoute({
    method: 'post',
    path: `/v1/operator/cases/{caseType}/{caseId}/${command}`,
    operationId: `${command}Case`,
    summary: SUMMARIES[command],
    tags: ['Operations'],
    access: OPERATOR,
    request: { params: z.strictObject({ caseType, caseId: id }), body: body as unknown as z.ZodType<Given> },
    responses: { 200: commandReceiptSchema, 202: pendingSchema },
    problems: ['NOT_ALLOWED_IN_STAGE', 'CASE_CLOSED', 'CASE_BUSY', 'NOTHING_TO_RETRY', 'OWN_POSTING', 'REASON_LENGTH'],
    audit: `operator.case.${command}`,
    async handler({ deps, params, body: given, actor, commandId, ifMatch }) {
      const receipt = await send(deps, { commandId, ...params, name: command, actor, ifMatch }, given);
      return answerFor(receipt, params.caseType, params.caseId);
    },
  });
}

const actOnCases = defineRoute({
  method: 'post',
  path: '/v1/operator/case-actions',
  operationId: 'actOnCases',
  summary: 'Resume, retry, skip, cancel or reassign up to 50 cases at once, each with its own result',
  tags: ['Operations'],
  access: { roles: ['operator'], scope: 'none' },
  request: { body: actionsBody },
  responses: { 200: actionsSchema },
  problems: ['REASON_LENGTH'],
  audit: 'operator.case.many',
  async handler(ctx) {
    const { action, cases, ...given } = ctx.body;
    const names = cases.map(({ caseType: type, caseId }) => `${type}:${caseId}`);
    const twice = names.findIndex((name, i) => names.indexOf(name) < i);
    if (twice >= 0) throw fieldProblem('INVALID_REQUEST', `/body/cases/${twice}`, 'name each case once');
    // Faulty words are the request's fault as a whole: nothing has been done then.
    checkedReason(ctx.deps, given.reason);
    const items = await eachOf(cases, async (item, i) => {
      const commandId = ctx.commandIdFor(names[i] ?? '');
      const order = { commandId, ...item, name: action, actor: ctx.actor };
      return { ...item, commandId, ...(await resultOf(() => send(ctx.deps, order, given), ctx.language)) };
    });
    return { status: 200, body: { items } };
  },
});

export const caseActionRoutes: readonly AnyRoute[] = [
  actionRoute('resume', operatorBodies.reasoned),
  actionRoute('retry', operatorBodies.reasoned),
  actionRoute('skip', operatorBodies.reasoned),
  actionRoute('cancel', operatorBodies.cancel),
  actionRoute('reassign', operatorBodies.reassign),
  actOnCases,
];
