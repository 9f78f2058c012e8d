import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import {
  endorsementBody,
  endorsementFullPage,
  endorsementMade,
  endorsementPage,
  endorsementQuery,
} from '../../../contracts/http/posting.ts';
import { problem } from '../../../contracts/problems.ts';
import { shownTo } from '../../../domain/access/disclosure.ts';
import { scopeFilter, scopeOf } from '../../../domain/access/scope.ts';
import { endorsementFaults } from '../../../domain/need/endorsement.ts';
import type { AccountRecord } from '../../../models/account.ts';
import type { EndorsementRecord } from '../../../models/endorsement.ts';
import { PUBLIC_STAGES, type NeedRecord } from '../../../models/need.ts';
import { seenBy } from '../../audience.ts';
import { afterKeys, pagingOf } from '../../cursor.ts';
import type { ApiDeps } from '../../deps.ts';
import { assertRealName } from '../../real-name.ts';
import { defineRoute, type AnyRoute, type Caller, type Ctx } from '../../route.ts';
import { inTransaction } from '../../../models/transaction.ts';
import { storyRulesFor } from './content.ts';
import { assertOwnPhotos, takePhotos } from '../photo-use.ts';

/** People with a real name who vouch for a need. The public sees how many, what they are to the household, and the text. */

const params = z.strictObject({ needId: id });
const LIMIT = { maxTimeMS: 3000 };
type EndorseCtx = Ctx<
  { readonly signedIn: true; readonly scope: 'none' },
  { params: typeof params; body: typeof endorsementBody }
>;

/** A public need, or one under review for who lives in its village: its reviewers want to hear neighbours. */
async function findEndorsable(deps: ApiDeps, needId: string, caller: Caller): Promise<NeedRecord> {
  const open = { stage: { $in: [...PUBLIC_STAGES] }, ...seenBy(deps, caller) };
  const near = { stage: 'underReview' as const, 'regionPath.4': caller.homeRegion ?? '' };
  const filter = { $and: [{ _id: needId }, { $or: [open, near] }] };
  const need = await deps.models.needs.needs.findOne(filter as object, LIMIT);
  if (need === null) throw problem('NOT_FOUND');
  return need;
}

/** @throws Problem OWN_POSTING, REAL_NAME_REQUIRED, REAL_NAME_UNCONFIRMED, POSTING_RULES_BROKEN, PHOTO_UNKNOWN */
async function assertMayEndorse({ deps, body, caller, now }: EndorseCtx, need: NeedRecord): Promise<AccountRecord> {
  if (need.publisherId === caller.accountId || need.householdId === caller.householdId) throw problem('OWN_POSTING');
  const [account, household] = await Promise.all([
    deps.models.accounts.find(caller.accountId),
    deps.models.households.find(need.householdId),
  ]);
  assertRealName(account);
  const { idNumberIndex = '' } = account;
  // Also who belongs to it in the register alone.
  if (household?.idIndexes.includes(idNumberIndex) === true) throw problem('OWN_POSTING');
  const { endorsement } = deps.reference.policyIn(need.regionPath, now).need;
  // Of a household that was erased nothing is known that could be told.
  const rules =
    household === null || household.erasedAt !== null
      ? { householdNames: [], childNames: [], concernsMinor: need.concernsMinor ?? false }
      : storyRulesFor(deps, household, need, body.text, now);
  const errors = endorsementFaults(body, rules, endorsement).map(({ pointer, code, detail }) => ({
    pointer: `/body${pointer}`,
    code,
    detail,
  }));
  if (errors.length > 0) throw problem('POSTING_RULES_BROKEN', { errors });
  await assertOwnPhotos(deps, caller.accountId, body.photos, '/body/photos');
  return account;
}

const endorseNeed = defineRoute({
  method: 'post',
  path: '/v1/needs/{needId}/endorsements',
  operationId: 'endorseNeed',
  summary: 'Vouch for a need under your real name',
  description: 'Once per person and need, and not too often. Not for the publisher and the household itself.',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'none' },
  request: { params, body: endorsementBody },
  responses: { 201: endorsementMade },
  problems: [
    'OWN_POSTING',
    'REAL_NAME_REQUIRED',
    'REAL_NAME_UNCONFIRMED',
    'POSTING_RULES_BROKEN',
    'PHOTO_UNKNOWN',
    'ALREADY_DONE',
    'TOO_MANY_ENDORSEMENTS',
  ],
  audit: 'need.endorse',
  async handler(ctx) {
    const { deps, body, caller, now, params: path } = ctx;
    const need = await findEndorsable(deps, path.needId, caller);
    const account = await assertMayEndorse(ctx, need);
    const record: EndorsementRecord = {
      _id: ctx.newId('endorsement'),
      needId: need._id,
      accountId: caller.accountId,
      relation: body.relation,
      publicName: account.publicName,
      text: body.text,
      photos: body.photos,
      createdAt: new Date(now),
    };
    const count = await keep(deps, need, record, now);
    return { status: 201, body: { ...shown(record), count } };
  },
});

/** With the need's count. */
async function keep(deps: ApiDeps, need: NeedRecord, record: EndorsementRecord, now: number) {
  const { models, reference } = deps;
  const { shared, need: policy } = reference.policyIn(need.regionPath, now);
  const { days, count: limit } = policy.endorsementsPerAccount ?? { days: 0, count: 0 };
  return inTransaction(models.db, async (session) => {
    const { accountId, needId } = record;
    await models.accounts.inTurn(accountId, session);
    const before = await models.endorsements.of(needId, accountId, session);
    // The same request again after its answer was lost counts once.
    if (before !== null && before._id !== record._id) throw problem('ALREADY_DONE');
    const $inc = before === null ? { endorsements: 1, rev: 1 } : {};
    if (before === null) {
      const since = new Date(now - days * shared.time.dayMs);
      if ((await models.endorsements.since(accountId, since, session)) >= limit) {
        throw problem('TOO_MANY_ENDORSEMENTS', { members: { limit, days } });
      }
      await models.endorsements.endorsements.insertOne(record, { session });
      const use = { kind: 'endorsement', id: record._id } as const;
      await takePhotos(deps, { ids: record.photos, accountId, use, pointer: '/body/photos' }, session);
    }
    const after = await models.needs.needs.findOneAndUpdate(
      { _id: needId },
      { $inc, $set: { updatedAt: new Date(now) } },
      { session, returnDocument: 'after', projection: { endorsements: 1 } },
    );
    return after?.endorsements ?? 0;
  });
}

const shown = ({ _id, relation, publicName, createdAt }: EndorsementRecord) => ({
  id: _id,
  relation,
  name: publicName,
  createdAt: createdAt.toISOString(),
});

async function pageOfEndorsements(deps: ApiDeps, needId: string, query: z.output<typeof endorsementQuery>) {
  const paging = pagingOf<EndorsementRecord>(deps.crypto, `endorsements ${needId}`, query, (row) => [
    row.createdAt.getTime(),
    row._id,
  ]);
  const rows = await deps.models.endorsements.endorsements
    .find({ $and: [{ needId }, afterKeys('createdAt', 'desc', paging.keys)] }, LIMIT)
    .sort({ createdAt: -1, _id: -1 })
    .limit(paging.fetch)
    .toArray();
  return paging.cut(rows);
}

const listEndorsements = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/endorsements',
  operationId: 'listEndorsements',
  summary: 'Who vouches for a public need, masked, newest first',
  tags: ['Needs'],
  access: { public: true },
  request: { params, query: endorsementQuery },
  responses: { 200: endorsementPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, params: { needId }, query, caller }) {
    const filter = { _id: needId, stage: { $in: [...PUBLIC_STAGES] }, ...seenBy(deps, caller) };
    const need = await deps.models.needs.needs.findOne(filter, { ...LIMIT, projection: { category: 1 } });
    if (need === null) throw problem('NOT_FOUND');
    const sensitive = deps.reference.categories.find(need.category)?.sensitive === true;
    const { page, next } = await pageOfEndorsements(deps, needId, query);
    const items = page.map((record) => ({ ...shown(record), text: sensitive ? null : record.text }));
    return { status: 200, body: { items, next } };
  },
});

const readEndorsements = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/endorsements/full',
  operationId: 'readEndorsements',
  summary: 'The same with text and photos, for reviewers, the publisher and the household',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'party' },
  request: { params, query: endorsementQuery },
  responses: { 200: endorsementFullPage },
  problems: ['INVALID_CURSOR'],
  audit: 'need.endorsements.read',
  personal: 'review',
  async handler({ deps, params: { needId }, query, actor }) {
    const filter = { $and: [{ _id: needId, submittedAt: { $ne: null } }, scopeFilter(scopeOf(actor, 'need'))] };
    const need = await deps.models.needs.needs.findOne(filter, { ...LIMIT, projection: { householdId: 1 } });
    if (need === null) throw problem('NOT_FOUND');
    const { page, next } = await pageOfEndorsements(deps, needId, query);
    const items = page.map((record) => ({ ...shown(record), text: record.text, photos: record.photos }));
    const accounts = page.map((record) => record.accountId);
    const persons = shownTo(actor, { accounts, households: [need.householdId] });
    return { status: 200, persons, body: { items, next } };
  },
});

export const endorsementRoutes: readonly AnyRoute[] = [endorseNeed, listEndorsements, readEndorsements];
