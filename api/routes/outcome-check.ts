import type { Filter } from 'mongodb';
import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import type { outcomeCheckRow } from '../../contracts/http/outcome-check.ts';
import {
  outcomeCheckBody,
  outcomeCheckDone,
  outcomeCheckPage,
  outcomeCheckQuery,
  outcomeRecordsSchema,
} from '../../contracts/http/outcome-check.ts';
import { problem } from '../../contracts/problems.ts';
import { himself } from '../../domain/access/scope.ts';
import { sameOutcome } from '../../domain/need/outcome-check.ts';
import { entriesOf } from '../../domain/score/entries.ts';
import { meritsOfOutcomeCheck } from '../../domain/score/merits.ts';
import type { OutcomeCheckRecord } from '../../models/outcome-check.ts';
import { inTransaction } from '../../models/transaction.ts';
import { checkedText } from '../case-command.ts';
import { duePage, type WorkCtx } from '../date-page.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { asWorker, type Worker } from '../ties.ts';
import { NOTHING, notTied } from '../turn.ts';

/** Outcomes that are asked a second time by somebody else, and what they say of villages. */

/** Neither who answered nor who approved nor anybody of the household nor its helper, nor who stands in for one of them. */
function checkFilter(worker: Worker): Filter<OutcomeCheckRecord> {
  const { level, regionCode } = worker;
  if (level === undefined || regionCode === undefined) return NOTHING;
  const others = { $nin: [...himself(worker)] };
  return { regionPath: regionCode, levels: level, answeredBy: others, approverIds: others, ...notTied(worker) };
}

const rowOf = (record: OutcomeCheckRecord): z.input<typeof outcomeCheckRow> => ({
  id: record._id,
  place: record.regionNames.join(''),
  title: record.title,
  recipient: record.recipientPublicName,
  householdId: record.householdId,
  question: record.question,
  items: record.items,
  createdAt: record.createdAt.toISOString(),
  dueAt: record.dueAt?.toISOString() ?? null,
});

export const waitingOutcomeChecks = (worker: Worker): Filter<OutcomeCheckRecord> => ({
  ...checkFilter(worker),
  status: 'open',
});

export const outcomeCheckWorkPage = async (ctx: WorkCtx) =>
  duePage(ctx, 'outcome checks', {
    collection: ctx.deps.models.outcomeChecks.checks,
    filter: waitingOutcomeChecks(await asWorker(ctx.deps, ctx.actor)),
    rowOf,
  });

const listOutcomeChecks = defineRoute({
  method: 'get',
  path: '/v1/work-list/outcome-checks',
  operationId: 'listOutcomeChecks',
  summary: 'Outcomes for you to ask a second time, blind: what was answered is not shown',
  tags: ['Work list'],
  access: { roles: ['cadre'], scope: 'none' },
  request: { query: outcomeCheckQuery },
  responses: { 200: outcomeCheckPage },
  problems: ['INVALID_CURSOR'],
  audit: 'outcome.list',
  personal: 'visit',
  handler: outcomeCheckWorkPage,
});

const answerOutcomeCheck = defineRoute({
  method: 'post',
  path: '/v1/outcome-checks/{outcomeCheckId}/answer',
  operationId: 'answerOutcomeCheck',
  summary: 'Say what you found at the household; it changes nothing for the need, only the records of its village',
  tags: ['Needs'],
  access: { roles: ['cadre'], scope: 'region' },
  request: { params: z.strictObject({ outcomeCheckId: id }), body: outcomeCheckBody },
  responses: { 200: outcomeCheckDone },
  problems: ['ALREADY_DONE', 'PERSONAL_DATA'],
  audit: 'need.outcomeCheck',
  async handler({ deps, params: { outcomeCheckId: _id }, body, actor, commandId, now }) {
    const { checks } = deps.models.outcomeChecks;
    const his = checkFilter(await asWorker(deps, actor));
    const found = await checks.findOne({ $and: [{ _id }, his] }, { maxTimeMS: 3000 });
    if (found === null) throw problem('NOT_FOUND');
    const text = body.text === undefined ? null : checkedText(body.text, '/body/text');
    const agreed = sameOutcome(found.answer, body.answer);
    const done = { second: body.answer, text, agreed, checkedBy: actor.id, commandId, checkedAt: new Date(now) };
    const merits = meritsOfOutcomeCheck({ villageCode: found.regionPath.at(-1) ?? '', agreed });
    const policy = deps.reference.currentPolicy(now);
    const entries = entriesOf(merits, { source: `outcomeCheck:${_id}`, at: now, policy });
    const first = await inTransaction(deps.models.db, async (session) => {
      const open = { _id, status: 'open' as const };
      const { modifiedCount } = await checks.updateOne(open, { $set: { status: 'done', ...done } }, { session });
      if (modifiedCount > 0) await deps.models.scores.book(entries, session);
      return modifiedCount > 0;
    });
    // The same request came before and its answer was lost.
    if (!first && (await checks.findOne({ _id, commandId })) === null) throw problem('ALREADY_DONE');
    return { status: 200, body: { id: _id, status: 'done' } };
  },
});

const LISTED = 200;

const listOutcomeRecords = defineRoute({
  method: 'get',
  path: '/v1/outcome-records',
  operationId: 'listOutcomeRecords',
  summary: 'The villages of your region by how their outcomes stood up to a second asking, the least first',
  tags: ['Ledger'],
  access: { roles: ['cadre'], levels: ['township', 'county', 'city', 'province'], scope: 'none' },
  responses: { 200: outcomeRecordsSchema },
  async handler({ deps, actor }) {
    const rows = await deps.models.outcomeChecks.checks
      .aggregate<{ _id: string; names: string[]; checked: number; agreed: number; served: number }>([
        { $match: { regionPath: actor.regionCode ?? '', status: 'done' } },
        {
          $group: {
            _id: { $last: '$regionPath' },
            names: { $last: '$regionNames' },
            checked: { $sum: 1 },
            agreed: { $sum: { $cond: ['$agreed', 1, 0] } },
            served: { $sum: { $cond: [{ $in: ['$second', ['good', 'partly']] }, 1, 0] } },
          },
        },
        { $addFields: { share: { $divide: ['$agreed', '$checked'] } } },
        { $sort: { share: 1, _id: 1 } },
        { $limit: LISTED },
      ])
      .maxTimeMS(5000)
      .toArray();
    const items = rows.map(({ _id, names, checked, agreed, served }) => {
      return { villageCode: _id, place: names.join(''), checked, agreed, served };
    });
    return { status: 200, body: { items } };
  },
});

export const outcomeCheckRoutes: readonly AnyRoute[] = [listOutcomeChecks, answerOutcomeCheck, listOutcomeRecords];
