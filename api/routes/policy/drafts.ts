import type { z } from 'zod';
import {
  draftParams,
  policyDraftBody,
  policyDraftChange,
  policyDraftList,
  policyDraftSchema,
} from '../../../contracts/http/policy.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import type { JsonObject } from '../../../domain/kernel/types.ts';
import { isDuplicateKey } from '../../../models/command.ts';
import type { PolicyDraftRecord } from '../../../models/policy-draft.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, requireVersion, type AnyRoute } from '../../route.ts';
import { draftCheck } from './draft-check.ts';

/** Drafts are the operators' common work: each sees and changes all of them. */
export const OPERATORS = { roles: ['operator'], scope: 'none' } as const;
const LISTED = 50;

export async function draftView(
  deps: ApiDeps,
  draft: PolicyDraftRecord,
  now: number,
): Promise<z.input<typeof policyDraftSchema>> {
  const { faults, differences } = await draftCheck(deps, draft, now);
  const { _id, base, region, values, note, publishedAs, createdBy } = draft;
  return {
    ...{ id: _id, base, region, values, note, publishedAs, createdBy },
    differences: differences.map((difference) => ({ ...difference })),
    faults: faults.map((fault) => ({ ...fault })),
    createdAt: draft.createdAt.toISOString(),
    updatedAt: draft.updatedAt.toISOString(),
  };
}

/** @throws Problem NOT_FOUND */
export async function findDraft({ models }: ApiDeps, draftId: string): Promise<PolicyDraftRecord> {
  const draft = await models.policyDrafts.find(draftId);
  if (draft === null) throw problem('NOT_FOUND');
  return draft;
}

const createDraft = defineRoute({
  method: 'post',
  path: '/v1/operator/policy-drafts',
  operationId: 'createPolicyDraft',
  summary: 'Begin a new version of the policy, or a region’s override, from an existing version',
  description: 'The answer shows what changes and everything that speaks against publishing it, each with its pointer.',
  tags: ['Policy'],
  access: OPERATORS,
  request: { body: policyDraftBody },
  responses: { 201: policyDraftSchema },
  problems: ['POLICY_UNKNOWN', 'REGION_UNKNOWN'],
  audit: 'policy.draft.create',
  async handler({ deps, body, caller, now, newId }) {
    const { region = null, note, base = deps.reference.currentPolicy(now).version } = body;
    if (region !== null && deps.reference.regions.find(region) === null)
      throw fieldProblem('REGION_UNKNOWN', '/body/region', 'no such region');
    const at = new Date(now);
    const draft: PolicyDraftRecord = {
      ...{ _id: newId('draft'), rev: 1, base, region, note, values: body.values as JsonObject },
      ...{ createdBy: caller.accountId, createdAt: at, updatedAt: at, publishedAs: null },
    };
    const view = await draftView(deps, draft, now);
    try {
      await deps.models.policyDrafts.drafts.insertOne(draft);
    } catch (error) {
      // The same request came before and its answer was lost.
      if (!isDuplicateKey(error)) throw error;
    }
    return { status: 201, headers: { Location: `/v1/operator/policy-drafts/${draft._id}` }, etag: 1, body: view };
  },
});

const changeDraft = defineRoute({
  method: 'put',
  path: '/v1/operator/policy-drafts/{draftId}',
  operationId: 'changePolicyDraft',
  summary: 'Change a draft of the policy; the answer tells again what changes and what is wrong',
  tags: ['Policy'],
  access: OPERATORS,
  request: { params: draftParams, body: policyDraftChange },
  responses: { 200: policyDraftSchema },
  problems: ['ALREADY_DONE'],
  audit: 'policy.draft.change',
  async handler(ctx) {
    const { deps, params, body, now } = ctx;
    const draft = await findDraft(deps, params.draftId);
    requireVersion(ctx, draft.rev);
    if (draft.publishedAs !== null) throw problem('ALREADY_DONE');
    const change = { values: body.values as JsonObject, note: body.note, updatedAt: new Date(now) };
    const changed = await deps.models.policyDrafts.change(draft, change);
    if (changed === null) throw problem('VERSION_MISMATCH');
    return { status: 200, etag: changed.rev, body: await draftView(deps, changed, now) };
  },
});

const getDraft = defineRoute({
  method: 'get',
  path: '/v1/operator/policy-drafts/{draftId}',
  operationId: 'getPolicyDraft',
  summary: 'A draft of the policy: what it changes, and what speaks against it',
  tags: ['Policy'],
  access: OPERATORS,
  request: { params: draftParams },
  responses: { 200: policyDraftSchema },
  async handler({ deps, params, now }) {
    const draft = await findDraft(deps, params.draftId);
    return { status: 200, etag: draft.rev, body: await draftView(deps, draft, now) };
  },
});

const listDrafts = defineRoute({
  method: 'get',
  path: '/v1/operator/policy-drafts',
  operationId: 'listPolicyDrafts',
  summary: 'The latest drafts of the policy, newest first',
  tags: ['Policy'],
  access: OPERATORS,
  responses: { 200: policyDraftList },
  async handler({ deps, now }) {
    const drafts = await deps.models.policyDrafts.latest(LISTED);
    return { status: 200, body: { items: await Promise.all(drafts.map((draft) => draftView(deps, draft, now))) } };
  },
});

export const policyDraftRoutes: readonly AnyRoute[] = [createDraft, changeDraft, getDraft, listDrafts];
