import { shownTo } from '../../domain/access/disclosure.ts';
import type { Filter } from 'mongodb';
import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import type { recheckRow } from '../../contracts/http/recheck.ts';
import {
  recheckBody,
  recheckDoneSchema,
  recheckPage,
  recheckQuery,
  reviewerRecordSchema,
  reviewerRecordsSchema,
} from '../../contracts/http/recheck.ts';
import { problem } from '../../contracts/problems.ts';
import { himself } from '../../domain/access/scope.ts';
import type { Level } from '../../domain/kernel/types.ts';
import { accuracyOf, agrees, samplingPercent } from '../../domain/need/recheck.ts';
import { entriesOf } from '../../domain/score/entries.ts';
import { meritsOfRecheck } from '../../domain/score/merits.ts';
import { pathOf } from '../../domain/region/region.ts';
import type { RecheckRecord } from '../../models/recheck.ts';
import { checkedReason } from '../case-command.ts';
import { duePage, type WorkCtx } from '../date-page.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { inTransaction } from '../../models/transaction.ts';
import { asWorker, type Worker } from '../ties.ts';
import { NOTHING, notTied } from '../turn.ts';

/** Second reviews of a share of the approved needs, and what they say of the reviewers. */

/** Nobody checks himself, what he posted, his household or one that he helps, or what is the one's he stands in for. */
function recheckFilter(worker: Worker): Filter<RecheckRecord> {
  const { level, regionCode } = worker;
  if (level === undefined || regionCode === undefined) return NOTHING;
  return { regionPath: regionCode, levels: level, reviewerId: { $nin: [...himself(worker)] }, ...notTied(worker) };
}

const rowOf = (record: RecheckRecord): z.input<typeof recheckRow> => ({
  id: record._id,
  place: record.regionNames.join(''),
  title: record.title,
  details: record.details,
  category: record.category,
  urgency: record.urgency,
  amountFen: record.amountFen,
  lines: record.lines.map(({ name, unit, quantity, unitPriceFen, condition }) => {
    return { name, unit, quantity, unitPriceFen, condition };
  }),
  photos: record.photos,
  createdAt: record.createdAt.toISOString(),
  dueAt: record.dueAt?.toISOString() ?? null,
});

export const waitingRechecks = (worker: Worker): Filter<RecheckRecord> => ({
  ...recheckFilter(worker),
  status: 'open',
});

export const recheckWorkPage = async (ctx: WorkCtx) =>
  duePage(ctx, 'rechecks', {
    collection: ctx.deps.models.rechecks.rechecks,
    filter: waitingRechecks(await asWorker(ctx.deps, ctx.actor)),
    rowOf,
  });

const listRechecks = defineRoute({
  method: 'get',
  path: '/v1/work-list/rechecks',
  operationId: 'listRechecks',
  summary: 'Needs for you to review a second time, blind: what was decided is not shown',
  tags: ['Work list'],
  access: { roles: ['cadre'], scope: 'none' },
  request: { query: recheckQuery },
  responses: { 200: recheckPage },
  problems: ['INVALID_CURSOR'],
  audit: 'recheck.list',
  personal: 'review',
  handler: recheckWorkPage,
});

const decideRecheck = defineRoute({
  method: 'post',
  path: '/v1/rechecks/{recheckId}/decision',
  operationId: 'decideRecheck',
  summary: 'Say what you would have decided; it changes nothing for the need, only the first reviewer’s record',
  tags: ['Needs'],
  access: { roles: ['cadre'], scope: 'region' },
  request: { params: z.strictObject({ recheckId: id }), body: recheckBody },
  responses: { 200: recheckDoneSchema },
  problems: ['ALREADY_DONE', 'REASON_LENGTH'],
  audit: 'need.recheck',
  async handler({ deps, params: { recheckId }, body, actor, commandId, now }) {
    const { rechecks, count } = deps.models.rechecks;
    const his = recheckFilter(await asWorker(deps, actor));
    const found = await rechecks.findOne({ $and: [{ _id: recheckId }, his] }, { maxTimeMS: 3000 });
    if (found === null) throw problem('NOT_FOUND');
    const words =
      body.decision === 'approve'
        ? { reasonCode: null, reason: null }
        : { reasonCode: body.reasonCode, reason: checkedReason(deps, body.reason) };
    const agreed = agrees(body.decision);
    const $set = {
      status: 'done' as const,
      decision: body.decision,
      agreed,
      ...words,
      decidedBy: actor.id,
      commandId,
      decidedAt: new Date(now),
    };
    const merits = meritsOfRecheck({ reviewerId: found.reviewerId, agreed });
    const policy = deps.reference.currentPolicy(now);
    const entries = entriesOf(merits, { source: `recheck:${recheckId}`, at: now, policy });
    const done = await inTransaction(deps.models.db, async (session) => {
      const { modifiedCount } = await rechecks.updateOne({ _id: recheckId, status: 'open' }, { $set }, { session });
      if (modifiedCount === 0) return false;
      await count(found.reviewerId, agreed, session);
      await deps.models.scores.book(entries, session);
      return true;
    });
    // The same request came before and its answer was lost.
    if (!done && (await rechecks.findOne({ _id: recheckId, commandId })) === null) throw problem('ALREADY_DONE');
    return { status: 200, body: { id: recheckId, status: 'done' } };
  },
});

const getMyReviewerRecord = defineRoute({
  method: 'get',
  path: '/v1/my/reviewer-record',
  operationId: 'getMyReviewerRecord',
  summary: 'How your approvals stood up to second reviews, and what share is reviewed again because of it',
  tags: ['Needs'],
  access: { roles: ['cadre'], scope: 'own' },
  responses: { 200: reviewerRecordSchema },
  async handler({ deps, caller, actor, now }) {
    const { rechecked, agreed } = await deps.models.rechecks.reviewer(caller.accountId);
    const regionPath = actor.regionCode === undefined ? [] : pathOf(actor.regionCode);
    const policy = deps.reference.policyIn(regionPath, now).need.recheck;
    const percent = policy === undefined ? 0 : samplingPercent({ rechecked, agreed }, policy);
    const body = { rechecked, agreed, accuracy: accuracyOf({ rechecked, agreed }), samplingPercent: percent };
    return { status: 200, body };
  },
});

const LISTED = 200;

const listReviewerRecords = defineRoute({
  method: 'get',
  path: '/v1/reviewer-records',
  operationId: 'listReviewerRecords',
  summary: 'The reviewers of your region by how their approvals stood up to second reviews, the least accurate first',
  tags: ['Ledger'],
  access: { roles: ['cadre'], levels: ['county', 'city', 'province'], scope: 'none' },
  responses: { 200: reviewerRecordsSchema },
  audit: 'reviewer.list',
  personal: 'supervision',
  async handler({ deps, actor }) {
    const rows = await deps.models.rechecks.rechecks
      .aggregate<{ _id: string; level: Level; rechecked: number; agreed: number }>([
        { $match: { regionPath: actor.regionCode ?? '', status: 'done' } },
        {
          $group: {
            _id: '$reviewerId',
            level: { $last: '$level' },
            rechecked: { $sum: 1 },
            agreed: { $sum: { $cond: ['$agreed', 1, 0] } },
          },
        },
        { $addFields: { share: { $divide: ['$agreed', '$rechecked'] } } },
        { $sort: { share: 1, _id: 1 } },
        { $limit: LISTED },
      ])
      .maxTimeMS(5000)
      .toArray();
    const ids = rows.map(({ _id }) => _id);
    const accounts = await deps.models.accounts.accounts
      .find({ _id: { $in: ids } }, { projection: { publicName: 1 }, maxTimeMS: 3000 })
      .toArray();
    const names = new Map(accounts.map(({ _id, publicName }) => [_id, publicName]));
    const items = rows.map(({ _id, level, rechecked, agreed }) => {
      const accuracy = accuracyOf({ rechecked, agreed });
      return { accountId: _id, name: names.get(_id) ?? '', level, rechecked, agreed, accuracy };
    });
    return { status: 200, persons: shownTo(actor, { accounts: ids }), body: { items } };
  },
});

export const recheckRoutes: readonly AnyRoute[] = [
  listRechecks,
  decideRecheck,
  getMyReviewerRecord,
  listReviewerRecords,
];
