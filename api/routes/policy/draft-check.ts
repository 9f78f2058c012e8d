import type { JsonObject } from '../../../domain/kernel/types.ts';
import type { Policy } from '../../../domain/policy.ts';
import type { PolicyFault } from '../../../domain/policy/check.ts';
import { policyDifferences } from '../../../domain/policy/difference.ts';
import { effectivePolicy, overrideFaults, withValues, type PolicyOverride } from '../../../domain/policy/override.ts';
import { isWithin, pathOf } from '../../../domain/region/region.ts';
import { checkedPolicy, UnknownPolicyError } from '../../../infra/policies.ts';
import { toOverride } from '../../../models/policy.ts';
import type { PolicyDraftRecord } from '../../../models/policy-draft.ts';
import type { ApiDeps } from '../../deps.ts';
import { problem } from '../../../contracts/problems.ts';

type Draft = Pick<PolicyDraftRecord, 'base' | 'region' | 'values'>;

/** @throws Problem POLICY_UNKNOWN */
export function policyNamed({ reference }: Pick<ApiDeps, 'reference'>, version: string, pointer: string): Policy {
  try {
    return reference.policyFor(version);
  } catch (error) {
    if (!(error instanceof UnknownPolicyError)) throw error;
    throw problem('POLICY_UNKNOWN', { errors: [{ pointer, code: 'POLICY_UNKNOWN', detail: error.message }] });
  }
}

/** What a draft changes, and everything that speaks against publishing it. */
export async function draftCheck(deps: ApiDeps, draft: Draft, now: number) {
  const { base, region } = draft;
  const values: JsonObject = draft.values;
  const national = policyNamed(deps, base, '/body/base');
  const policies = region === null ? [] : await otherOverrides(deps, base, region);
  const { before, onto } =
    region === null ? { before: national, onto: national } : inRegion(deps, national, region, now);
  const after = withValues(onto as unknown as JsonObject, values) as unknown as Policy;
  const faults = [...(region === null ? [] : overrideFaults(values)), ...faultsOf(after)];
  if (faults.length === 0 && region !== null) {
    const own: PolicyOverride = {
      version: `${base}+${region}.0`,
      base,
      region,
      validFrom: '',
      validTo: null,
      note: '',
      values,
    };
    const chains = [[own], ...policies.map((one) => (isWithin(region, one.region) ? [one, own] : [own, one]))];
    faults.push(...chains.flatMap((chain) => faultsOf(effectivePolicy(national, chain), chain)));
  }
  return {
    before,
    after,
    faults: distinct(faults),
    differences: faults.length > 0 && !isWhole(after) ? [] : policyDifferences(before, after),
  };
}

/** Differences can be shown as long as every part is still a record. */
const isWhole = (policy: Policy): boolean => Object.values(policy).every((part) => part !== undefined);

function faultsOf(policy: Policy, chain: readonly PolicyOverride[] = []): PolicyFault[] {
  const checked = checkedPolicy(policy);
  if ('policy' in checked) return [];
  const others = chain.filter(({ version }) => !version.endsWith('.0')).map(({ version }) => version);
  const together = others.length === 0 ? '' : ` (together with ${others.join(', ')})`;
  return checked.faults.map(({ pointer, detail }) => ({ pointer, detail: `${detail}${together}` }));
}

const distinct = (faults: readonly PolicyFault[]): PolicyFault[] =>
  faults.filter((fault, i) => faults.findIndex((other) => other.pointer === fault.pointer) === i);

/** Overrides of the regions above and below that may still hold. */
async function otherOverrides({ models }: ApiDeps, base: string, region: string): Promise<PolicyOverride[]> {
  const found = await models.policies.overrides.find({ base }, { maxTimeMS: 3000 }).toArray();
  return found
    .map(toOverride)
    .filter((one) => one.region !== region && (isWithin(region, one.region) || isWithin(one.region, region)));
}

/** The policy as it holds in the region, and what the override lies on: a new one takes the place of the region's own. */
function inRegion({ reference }: ApiDeps, national: Policy, region: string, now: number) {
  if (reference.currentPolicy(now).version !== national.version) return { before: national, onto: national };
  const path = pathOf(region);
  return { before: reference.policyIn(path, now), onto: reference.policyIn(path.slice(0, -1), now) };
}
