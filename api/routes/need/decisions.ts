import type { z } from 'zod';
import { decisionsBody, decisionsSchema } from '../../../contracts/http/need-commands.ts';
import { fieldProblem } from '../../../contracts/problems.ts';
import { eachOf, resultOf } from '../../bulk.ts';
import { checkedReason, loadInScope, sentBefore, type Message } from '../../case-command.ts';
import { tied } from '../../ties.ts';
import { approvalData } from './approval.ts';
import { defineRoute, type Ctx } from '../../route.ts';

type Item = z.output<typeof decisionsBody>['items'][number];
type Result = z.input<typeof decisionsSchema>['items'][number];
type DecideCtx = Ctx<{ readonly roles: readonly ['cadre']; readonly scope: 'none' }, { body: typeof decisionsBody }>;

/** Each item is a command of its own, under an id made of this request's: a repeat decides nothing twice. */
export const decideNeeds = defineRoute({
  method: 'post',
  path: '/v1/need-decisions',
  operationId: 'decideNeeds',
  summary: 'Decide up to 50 needs at once, each with its own result',
  description: 'What one item is refused for does not touch the others. Needs outside your region are NOT_FOUND.',
  tags: ['Needs'],
  access: { roles: ['cadre'], scope: 'none' },
  request: { body: decisionsBody },
  responses: { 200: decisionsSchema },
  audit: 'need.decideMany',
  async handler(ctx) {
    const { items } = ctx.body;
    const twice = items.findIndex((item, i) => items.findIndex(({ needId }) => needId === item.needId) < i);
    if (twice >= 0) throw fieldProblem('INVALID_REQUEST', `/body/items/${twice}/needId`, 'name each need once');
    const messages = items.map((item, i) => messageOf(ctx, item, i));
    const results = await eachOf(items, (item, i) => decide(ctx, item, messages[i] ?? {}));
    return { status: 200, body: { items: results } };
  },
});

/** Faulty words are the request's fault as a whole: nothing has been decided then. @throws Problem */
function messageOf({ deps }: DecideCtx, item: Item, i: number): Message {
  const at = `/body/items/${i}`;
  if (item.decision === 'approve') {
    return item.note === undefined ? {} : { note: checkedReason(deps, item.note, `${at}/note`) };
  }
  return { data: { reasonCode: item.reasonCode }, note: checkedReason(deps, item.reason, `${at}/reason`) };
}

async function decide(ctx: DecideCtx, item: Item, message: Message): Promise<Result> {
  const { needId, decision } = item;
  const { deps, actor, now } = ctx;
  const commandId = ctx.commandIdFor(needId);
  const result = await resultOf(async () => {
    const need = await loadInScope(deps, 'need', needId, actor);
    const before = await sentBefore(ctx, commandId);
    const found =
      before === null && item.decision === 'approve' ? await approvalData(deps, need, { ...item, now }) : {};
    const { data = {}, note } = before ?? message;
    const tiedActor = await tied(deps, actor, need.householdId);
    const command = { commandId, caseType: 'need', caseId: needId, name: decision, actor: tiedActor };
    return deps.gateway.send({ ...command, data: { ...data, ...found }, ...(note !== undefined && { note }) });
  }, ctx.language);
  return { needId, commandId, ...result };
}
