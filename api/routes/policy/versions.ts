import type { z } from 'zod';
import {
  draftParams,
  effectivePolicySchema,
  effectiveQuery,
  endBody,
  policyVersionList,
  policyVersionSchema,
  publishBody,
  versionParams,
} from '../../../contracts/http/policy.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import type { Policy } from '../../../domain/policy.ts';
import { policyDifferences } from '../../../domain/policy/difference.ts';
import { overrideVersion, versionParts } from '../../../domain/policy/override.ts';
import { dateInShanghai } from '../../../domain/time/calendar.ts';
import { UnknownPolicyError } from '../../../infra/policies.ts';
import { isValidOn } from '../../../infra/policy-snapshot.ts';
import { isDuplicateKey } from '../../../models/command.ts';
import type { PolicyDraftRecord } from '../../../models/policy-draft.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { inTransaction } from '../../../models/transaction.ts';
import { draftCheck } from './draft-check.ts';
import { findDraft, OPERATORS } from './drafts.ts';
import { allVersions, inForce, isDemo, stateOf, view, type Entry, type Known } from './known.ts';

const listVersions = defineRoute({
  method: 'get',
  path: '/v1/operator/policies',
  operationId: 'listPolicyVersions',
  summary: 'All versions of the policy and all overrides of regions: which holds, since when, and who published it',
  tags: ['Policy'],
  access: OPERATORS,
  responses: { 200: policyVersionList },
  async handler({ deps, now }) {
    const all = await allVersions(deps, now);
    const today = dateInShanghai(now);
    return {
      status: 200,
      body: { items: all.map((known) => view(known, stateOf(known, inForce(deps, known, now), today))) },
    };
  },
});

function effectiveView(deps: ApiDeps, policy: Policy): z.input<typeof effectivePolicySchema> {
  const { base, overrides } = versionParts(policy.version);
  const differences = policyDifferences(deps.reference.policyFor(base), policy);
  return {
    version: policy.version,
    base,
    overrides,
    policy: { ...policy },
    differences: differences.map((d) => ({ ...d })),
  };
}

/** @throws Problem with this code when there is no such policy */
function known(find: () => Policy, code: 'NOT_FOUND' | 'POLICY_UNKNOWN'): Policy {
  try {
    return find();
  } catch (error) {
    if (error instanceof UnknownPolicyError) throw problem(code, { cause: error });
    throw error;
  }
}

const getVersion = defineRoute({
  method: 'get',
  path: '/v1/operator/policies/{version}',
  operationId: 'getPolicyVersion',
  summary: 'One version with all its numbers; with overrides, what they change',
  tags: ['Policy'],
  access: OPERATORS,
  request: { params: versionParams },
  responses: { 200: effectivePolicySchema },
  handler({ deps, params }) {
    return {
      status: 200,
      body: effectiveView(
        deps,
        known(() => deps.reference.policyFor(params.version), 'NOT_FOUND'),
      ),
    };
  },
});

const getEffective = defineRoute({
  method: 'get',
  path: '/v1/operator/effective-policy',
  operationId: 'getEffectivePolicy',
  summary: 'The policy of a region on a day, as far as it is published by now',
  tags: ['Policy'],
  access: OPERATORS,
  request: { query: effectiveQuery },
  responses: { 200: effectivePolicySchema },
  problems: ['POLICY_UNKNOWN'],
  handler({ deps, query, now }) {
    const { policyIn, regions } = deps.reference;
    const path = query.region === undefined ? [] : regions.path(query.region).map(({ code }) => code);
    if (query.region !== undefined && path.length === 0) throw problem('NOT_FOUND');
    // The end of that day: what is published with effect from it counts.
    const at = query.on === undefined ? now : Date.parse(`${query.on}T23:59:59+08:00`);
    return {
      status: 200,
      body: effectiveView(
        deps,
        known(() => policyIn(path, at), 'POLICY_UNKNOWN'),
      ),
    };
  },
});

const publishDraft = defineRoute({
  method: 'post',
  path: '/v1/operator/policy-drafts/{draftId}/publish',
  operationId: 'publishPolicyDraft',
  summary: 'Publish a draft: from its first day, at the soonest some seconds from now, what begins then goes by it',
  description: 'What runs keeps its numbers unless it is migrated. A published version never changes again.',
  tags: ['Policy'],
  access: OPERATORS,
  request: { params: draftParams, body: publishBody },
  responses: { 200: policyVersionSchema },
  problems: ['POLICY_INVALID', 'POLICY_VERSION_TAKEN', 'POLICY_DATE', 'POLICY_VERSION_NAME', 'ALREADY_DONE'],
  audit: 'policy.publish',
  async handler({ deps, params, body, caller, now }) {
    const draft = await findDraft(deps, params.draftId);
    if (draft.publishedAs !== null)
      return { status: 200, body: await publishedBefore(deps, draft, body.validFrom, now) };
    if (body.validFrom < dateInShanghai(now)) throw fieldProblem('POLICY_DATE', '/body/validFrom', 'lies in the past');
    const { faults, after } = await draftCheck(deps, draft, now);
    if (faults.length > 0) {
      const errors = faults.map(({ pointer, detail }) => ({
        pointer: `/values${pointer}`,
        code: 'POLICY_INVALID',
        detail,
      }));
      throw problem('POLICY_INVALID', { errors });
    }
    const by = { publishedAt: new Date(now), publishedBy: caller.accountId, endsOn: null, endedBy: null };
    const version = draft.region === null ? nameFor(deps, body.version, now) : await nextOverride(deps, draft);
    const { note, base, region, values } = draft;
    const { validFrom } = body;
    try {
      await inTransaction(deps.models.db, async (session) => {
        const { policies, overrides, touch } = deps.models.policies;
        if (region === null) {
          const policy: Policy = { ...after, version, validFrom, validTo: null, note };
          await policies.insertOne({ _id: version, policy, storedAt: new Date(now), ...by }, { session });
        } else {
          await overrides.insertOne({ _id: version, base, region, validFrom, note, values, ...by }, { session });
        }
        if ((await deps.models.policyDrafts.change(draft, { publishedAs: version }, session)) === null)
          throw problem('VERSION_MISMATCH');
        await touch(session);
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw problem('POLICY_VERSION_TAKEN', { cause: error });
      throw error;
    }
    const known: Known = {
      version,
      region,
      base: region === null ? null : base,
      validFrom,
      note,
      endsOn: null,
      publishedAt: by.publishedAt,
      publishedBy: by.publishedBy,
    };
    // It counts some seconds later, in every process at once.
    return { status: 200, body: view(known, 'coming') };
  },
});

/** The same request again after its answer was lost, or a second publication. */
async function publishedBefore(
  deps: ApiDeps,
  draft: PolicyDraftRecord,
  validFrom: string,
  now: number,
): Promise<Entry> {
  const known = (await allVersions(deps, now)).find(({ version }) => version === draft.publishedAs);
  if (known === undefined || known.validFrom !== validFrom) throw problem('ALREADY_DONE');
  return view(known, stateOf(known, inForce(deps, known, now), dateInShanghai(now)));
}

/** Which set a version belongs to, its name says. @throws Problem POLICY_VERSION_NAME */
function nameFor({ reference }: ApiDeps, version: string | undefined, now: number): string {
  const demo = isDemo(reference.currentPolicy(now).version);
  if (version !== undefined && reference.all.some((file) => file.version === version))
    throw problem('POLICY_VERSION_TAKEN');
  if (version !== undefined && isDemo(version) === demo) return version;
  const detail =
    version === undefined ? 'a national version needs a name' : `must ${demo ? '' : 'not '}begin with demo`;
  throw fieldProblem('POLICY_VERSION_NAME', '/body/version', detail);
}

async function nextOverride({ models }: ApiDeps, { base, region }: PolicyDraftRecord): Promise<string> {
  const before = await models.policies.overrides.countDocuments({ base, region: region ?? '' }, { maxTimeMS: 3000 });
  return overrideVersion(base, region ?? '', before + 1);
}

const endVersion = defineRoute({
  method: 'post',
  path: '/v1/operator/policies/{version}/end',
  operationId: 'endPolicyVersion',
  summary: 'Say on which day a version, or an override, ends; what runs keeps its numbers',
  tags: ['Policy'],
  access: OPERATORS,
  request: { params: versionParams, body: endBody },
  responses: { 200: policyVersionSchema },
  problems: ['POLICY_DATE', 'POLICY_GAP', 'ALREADY_DONE'],
  audit: 'policy.end',
  async handler({ deps, params, body, caller, now }) {
    const all = await allVersions(deps, now);
    const known = all.find(({ version }) => version === params.version);
    if (known === undefined) throw problem('NOT_FOUND');
    const { endsOn } = body;
    const today = dateInShanghai(now);
    if (known.endsOn !== null && known.endsOn <= today) throw problem('ALREADY_DONE');
    if (endsOn <= today || endsOn <= known.validFrom)
      throw fieldProblem('POLICY_DATE', '/body/endsOn', 'must be after today and after its first day');
    const others = all.filter(({ version, region }) => region === null && version !== known.version);
    if (known.region === null && !others.some((other) => isValidOn({ ...other, validTo: other.endsOn }, endsOn)))
      throw problem('POLICY_GAP');
    await inTransaction(deps.models.db, async (session) => {
      const { policies, overrides, touch } = deps.models.policies;
      const update = { $set: { endsOn, endedBy: caller.accountId } };
      if (known.region === null) {
        // A version of the files may not be stored yet.
        const own = { policy: deps.reference.policyFor(known.version), storedAt: new Date(now) };
        await policies.updateOne({ _id: known.version }, { ...update, $setOnInsert: own }, { session, upsert: true });
      } else await overrides.updateOne({ _id: known.version }, update, { session });
      await touch(session);
    });
    const ended = { ...known, endsOn };
    return { status: 200, body: view(ended, stateOf(ended, inForce(deps, ended, now), today)) };
  },
});

export const policyVersionRoutes: readonly AnyRoute[] = [
  listVersions,
  getVersion,
  getEffective,
  publishDraft,
  endVersion,
];
