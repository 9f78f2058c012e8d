import type { CasePolicy } from './kernel/types.ts';
import type { NeedPolicy } from './need/types.ts';
import type { PledgePolicy } from './pledge/types.ts';

/** One dated version of all the numbers of the rules (data/policies/*.json). A case keeps the version it started with. */
export interface Policy {
  readonly version: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly note: string;
  readonly shared: Omit<CasePolicy, 'version'>;
  readonly need: Omit<NeedPolicy, keyof CasePolicy>;
  readonly pledge: Omit<PledgePolicy, keyof CasePolicy>;
}

/** The slice of a policy that one kind of case takes along in its start input. */
export const policyOf = <K extends 'need' | 'pledge'>(policy: Policy, kind: K): CasePolicy & Policy[K] => ({
  version: policy.version,
  ...policy.shared,
  ...policy[kind],
});
