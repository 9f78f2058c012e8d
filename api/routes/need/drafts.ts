import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { draftInput, draftPatch } from '../../../contracts/http/need-input.ts';
import { mineQuery, needCreated, needPage, needSchema } from '../../../contracts/http/need.ts';
import { problem } from '../../../contracts/problems.ts';
import { shownTo } from '../../../domain/access/disclosure.ts';
import { isOwn, scopeFilter, scopeOf } from '../../../domain/access/scope.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import { isDuplicateKey } from '../../../models/command.ts';
import type { NeedRecord } from '../../../models/need.ts';
import { afterKeys, pagingOf } from '../../cursor.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, requireVersion, type AnyRoute, type Caller } from '../../route.ts';
import { aidFacts } from './aid-facts.ts';
import { assertOwnPhotos } from '../photo-use.ts';
import { assertMayPost, consentFrom, contentFrom, contentOf, payeeFrom, termsFor } from './content.ts';
import { keepForDraft, newDraft, proofOf } from './new-draft.ts';
import { ownDetail, ownRow } from './views.ts';

const params = z.strictObject({ needId: id });

const createDraft = defineRoute({
  method: 'post',
  path: '/v1/needs',
  operationId: 'createDraft',
  summary: 'Begin a need as a draft; nothing is checked against the rules until it is submitted',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'own' },
  request: { body: draftInput },
  responses: { 201: needCreated },
  problems: ['HOUSEHOLD_NOT_YOURS', 'PHOTO_UNKNOWN'],
  audit: 'need.draft.create',
  async handler({ deps, body, caller, now, newId }) {
    const need = await newDraft(deps, caller, body, now, { needId: newId('need'), newId });
    await keepForDraft(deps, need);
    try {
      await deps.models.needs.needs.insertOne(need);
    } catch (error) {
      // The same request came before and its answer was lost.
      if (!isDuplicateKey(error)) throw error;
    }
    return {
      status: 201,
      headers: { Location: `/v1/needs/${need._id}/full` },
      etag: 1,
      body: { id: need._id, stage: 'draft', rev: 1 },
    };
  },
});

/** His own draft, not yet submitted. @throws Problem NOT_FOUND */
export async function findOwnDraft({ models }: ApiDeps, needId: string, caller: Caller): Promise<NeedRecord> {
  const own = { _id: needId, publisherId: caller.accountId, stage: 'draft' as const, submittedAt: null };
  const draft = await models.needs.needs.findOne(own, { maxTimeMS: 3000 });
  if (draft === null) throw problem('NOT_FOUND');
  return draft;
}

const patchDraft = defineRoute({
  method: 'patch',
  path: '/v1/needs/{needId}',
  operationId: 'changeDraft',
  summary: 'Change parts of your draft',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'own' },
  request: { params, body: draftPatch },
  responses: { 200: needSchema },
  problems: ['HOUSEHOLD_NOT_YOURS', 'PHOTO_UNKNOWN'],
  async handler(ctx) {
    const { deps, body, caller, now, newId } = ctx;
    const draft = await findOwnDraft(deps, ctx.params.needId, caller);
    requireVersion(ctx, draft.rev);
    const { relation = draft.relation, consent, kind = draft.kind, payee, ...written } = body;
    const said = consent === undefined ? draft.consent : consentFrom(consent);
    if (relation !== draft.relation) {
      const household = await deps.models.households.find(draft.householdId);
      if (household === null) throw problem('NOT_FOUND');
      await assertMayPost(deps, caller, household, { relation, consent: said });
    }
    const content = contentFrom(written, contentOf(draft), newId);
    await assertOwnPhotos(deps, caller.accountId, written.photos ?? [], '/body/photos');
    await assertOwnPhotos(deps, caller.accountId, proofOf(payee), '/body/payee/proof');
    const changed: NeedRecord = {
      ...draft,
      ...content,
      kind,
      relation,
      payee: payee === undefined ? (draft.payee ?? null) : payeeFrom(deps, draft._id, payee),
      consent: said,
      searchTerms: termsFor(deps, content, draft.regionNames),
      rev: draft.rev + 1,
      updatedAt: new Date(now),
    };
    await keepForDraft(deps, changed);
    const same = { _id: draft._id, rev: draft.rev, submittedAt: null };
    const { matchedCount } = await deps.models.needs.needs.replaceOne(same, changed, { maxTimeMS: 3000 });
    if (matchedCount === 0) throw problem('VERSION_MISMATCH');
    return { status: 200, etag: changed.rev, body: ownDetail(changed, null) };
  },
});

const deleteDraft = defineRoute({
  method: 'delete',
  path: '/v1/needs/{needId}',
  operationId: 'deleteDraft',
  summary: 'Delete your draft',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'own' },
  request: { params },
  responses: { 204: null },
  async handler(ctx) {
    const { deps, caller } = ctx;
    const draft = await findOwnDraft(deps, ctx.params.needId, caller);
    requireVersion(ctx, draft.rev);
    const { deletedCount } = await deps.models.needs.needs.deleteOne({
      _id: draft._id,
      rev: draft.rev,
      submittedAt: null,
    });
    if (deletedCount === 0) throw problem('VERSION_MISMATCH');
    return { status: 204 };
  },
});

const listMine = defineRoute({
  method: 'get',
  path: '/v1/my/needs',
  operationId: 'listMyNeeds',
  summary: 'What you have posted, and what was posted for your household or for one that you help, newest first',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'own' },
  request: { query: mineQuery },
  responses: { 200: needPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, caller }) {
    const { accountId, householdId, grants } = caller;
    const list = `mine ${accountId} ${query.stage?.join() ?? ''}`;
    const paging = pagingOf<NeedRecord>(deps.crypto, list, query, (row) => [row.createdAt.getTime(), row._id]);
    // A draft is its publisher's alone.
    const submitted = { submittedAt: { $ne: null } };
    const own = {
      $or: [
        { publisherId: accountId },
        ...(householdId === null ? [] : [{ householdId, ...submitted }]),
        ...(grants.some(({ role }) => role === 'helper') ? [{ helperId: accountId, ...submitted }] : []),
      ],
    };
    const rows = await deps.models.needs.needs
      .find(
        {
          $and: [
            own,
            query.stage === undefined ? {} : { stage: { $in: query.stage } },
            afterKeys('createdAt', 'desc', paging.keys),
          ],
        },
        { projection: { details: 0, searchTerms: 0 }, maxTimeMS: 3000 },
      )
      .sort({ createdAt: -1, _id: -1 })
      .limit(paging.fetch)
      .toArray();
    const { page, next } = paging.cut(rows);
    return { status: 200, body: { items: page.map(ownRow), next } };
  },
});

/** Reviewers and operators; not the one whose posting or household is looked at. */
const reviews = (actor: Actor, need: NeedRecord): boolean =>
  (actor.role === 'cadre' || actor.role === 'operator') && !isOwn(actor, need);

const getFull = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/full',
  operationId: 'getNeed',
  summary: 'A need in full, for its publisher, its household and the staff of the place',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'party' },
  request: { params },
  responses: { 200: needSchema },
  audit: 'need.read',
  personal: 'review',
  async handler({ deps, params: { needId }, actor, caller, now }) {
    // A draft is its publisher's alone.
    const visible = { $or: [{ submittedAt: { $ne: null } }, { publisherId: caller.accountId }] };
    const scope = scopeFilter(scopeOf(actor, 'need'));
    const [need, record] = await Promise.all([
      deps.models.needs.needs.findOne({ $and: [{ _id: needId }, scope, visible] }, { maxTimeMS: 3000 }),
      deps.models.cases.find('need', needId),
    ]);
    if (need === null) throw problem('NOT_FOUND');
    return {
      status: 200,
      etag: need.rev,
      persons: shownTo(actor, { accounts: [need.publisherId], households: [need.householdId] }),
      body: ownDetail(need, record, reviews(actor, need) ? await aidFacts(deps, need, now) : null),
    };
  },
});

export const draftRoutes: readonly AnyRoute[] = [createDraft, patchDraft, deleteDraft, listMine, getFull];
