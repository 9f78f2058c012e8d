import type { CasePolicy, Json, JsonObject } from '../kernel/types.ts';
import { policyOf, type Policy, type PolicyPart } from '../policy.ts';
import { withValues } from '../policy/override.ts';

/** Under which numbers the cases are replayed. */
export type Change =
  /** Every case by its own policy, with these values instead; none of them: by its own policy. */
  | { readonly values: JsonObject }
  /** Every case by this version, whenever and wherever it began. */
  | { readonly version: string };

export interface CaseRules {
  /** What it began with. */
  readonly own: CasePolicy;
  readonly changed: CasePolicy;
  /** What a recorded migration leads to under the change; null: it does not take place. */
  readonly migrated: (recorded: CasePolicy) => CasePolicy | null;
}

/** The slice of a version as it is and as it would be. */
export function createRules(policyFor: (version: string) => Policy, change: Change) {
  const known = new Map<string, CaseRules>();

  function made(kind: PolicyPart, version: string): CaseRules {
    const own = policyOf(policyFor(version), kind);
    if ('version' in change) return { own, changed: policyOf(policyFor(change.version), kind), migrated: () => null };
    const values: JsonObject = { ...recordAt(change.values, 'shared'), ...recordAt(change.values, kind) };
    const changed = (policy: CasePolicy): CasePolicy =>
      withValues(policy as unknown as Json, values) as unknown as CasePolicy;
    return { own, changed: changed(own), migrated: changed };
  }

  /** @throws UnknownPolicyError (of `policyFor`) when the version is not kept */
  return function rulesOf(kind: PolicyPart, version: string): CaseRules {
    const key = `${kind} ${version}`;
    const rules = known.get(key) ?? made(kind, version);
    known.set(key, rules);
    return rules;
  };
}

const recordAt = (values: JsonObject, part: string): JsonObject => {
  const found = values[part];
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {};
};
