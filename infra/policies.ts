import { readdirSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import { partsOf, type Policy } from '../domain/policy.ts';
import { policyFaults, type PolicyFault } from '../domain/policy/check.ts';
import type { PolicyOverride } from '../domain/policy/override.ts';
import type { Instant } from '../domain/kernel/types.ts';
import { policySchema } from './policy-schema.ts';
import { createSnapshot, type Dated } from './policy-snapshot.ts';

/** `default` in earnest, `demo` with days of seconds. */
export type PolicySet = 'default' | 'demo';

/**
 * The versions of the files and, once the process has read them, those that operators published. Synchronous on purpose:
 * a rule on a hot path never waits for a look-up.
 */
export interface Policies {
  /** Those of the files. */
  readonly all: readonly Policy[];
  /** A national version, or one with a region's overrides (`2026-01+360735.1`). @throws UnknownPolicyError */
  policyFor(version: string): Policy;
  /** The national version in force on the Shanghai day of an instant. @throws UnknownPolicyError when there is none */
  currentPolicy(now: Instant): Policy;
  /** The same with what the regions of this path, from the province down, set for themselves. */
  policyIn(regionPath: readonly string[], now: Instant): Policy;
  /** Takes over what is stored. @throws Error naming the faults; then everything stays as it was */
  adopt(stored: StoredPolicies): void;
}

/** What MongoDB holds besides the files: versions of operators, overrides, and the ends that they set. */
export interface StoredPolicies {
  readonly versions: readonly {
    readonly policy: unknown;
    readonly publishedAt: Instant | null;
    readonly endsOn: string | null;
  }[];
  readonly overrides: readonly Dated<PolicyOverride>[];
}

export class UnknownPolicyError extends Error {
  override name = 'UnknownPolicyError';
}

const RISING = [
  ['sentReminderDays', 'sentVisitDays'],
  ['sentVisitDays', 'sentExpiryDays'],
  ['pointReminderDays', 'pointVisitDays'],
  ['pointVisitDays', 'pointExpiryDays'],
] as const;

/** A policy as somebody wrote it: parsed, or with everything that is wrong with it. */
export type Checked = { readonly policy: Policy } | { readonly faults: readonly PolicyFault[] };

export function checkedPolicy(json: unknown): Checked {
  const parsed = policySchema.safeParse(json);
  if (!parsed.success) return { faults: parsed.error.issues.flatMap(faultsOfIssue) };
  const faults = [...orderFaults(parsed.data), ...policyFaults(parsed.data)];
  return faults.length > 0 ? { faults } : { policy: parsed.data };
}

/** Of unknown values each one is named, not the record that holds them. */
function faultsOfIssue(issue: z.core.$ZodIssue): PolicyFault[] {
  const at = issue.path.map((key) => `/${String(key)}`).join('');
  if (issue.code !== 'unrecognized_keys') return [{ pointer: at, detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: `${at}/${key}`, detail: `nothing uses ${key}` }));
}

const rises = (numbers: readonly number[]): boolean => numbers.every((n, i) => i === 0 || n > (numbers[i - 1] ?? 0));

/** What must come before what. */
function orderFaults({ pledge, need, score }: Policy): PolicyFault[] {
  const faults: PolicyFault[] = [];
  for (const [earlier, later] of RISING) {
    if (pledge[earlier] >= pledge[later])
      faults.push({ pointer: `/pledge/${earlier}`, detail: `${earlier} must be before ${later}` });
  }
  for (const urgency of ['urgent', 'normal', 'low'] as const) {
    if (3 * (need.widenDays?.[urgency] ?? 0) >= need.lifetimeDays[urgency]) {
      const detail = 'widenDays must reach the whole country within lifetimeDays';
      faults.push({ pointer: `/need/widenDays/${urgency}`, detail });
    }
  }
  if (!rises(score.levels)) faults.push({ pointer: '/score/levels', detail: 'levels must rise' });
  const outcome = need.outcomeDays;
  if (!rises(outcome) || (outcome.at(-1) ?? 0) >= need.followingDays) {
    faults.push({ pointer: '/need/outcomeDays', detail: 'outcomeDays must rise and end before followingDays' });
  }
  return faults;
}

/** @throws Error naming the faulty values */
export function parsePolicy(json: unknown, source: string): Policy {
  const checked = checkedPolicy(json);
  if ('policy' in checked) return checked.policy;
  const faults = checked.faults.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  throw new Error(`${source} is no policy: ${faults.join('; ')}`);
}

/** Reads data/policies. Versions that begin with `demo` form the demo set; both sets can be looked up by version. */
export function loadPolicies(set: PolicySet): Policies {
  const folder = new URL('../data/policies/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const read = (name: string): Policy =>
    parsePolicy(JSON.parse(readFileSync(new URL(name, folder), 'utf8')), `data/policies/${name}`);
  return createPolicies(files.map(read), set);
}

export function createPolicies(
  files: readonly Policy[],
  set: PolicySet,
  { leadMs }: { leadMs?: number } = {},
): Policies {
  const options = {
    set,
    check: (policy: Policy) => parsePolicy(policy, policy.version),
    ...(leadMs !== undefined && { leadMs }),
  };
  const plain = files.map((is) => ({ is, publishedAt: null }));
  let snapshot = createSnapshot({ versions: plain, overrides: [], ...options });
  return {
    all: files,
    policyFor: (version) => snapshot.policyFor(version),
    currentPolicy: (now) => snapshot.currentPolicy(now),
    policyIn: (regionPath, now) => snapshot.policyIn(regionPath, now),
    adopt({ versions, overrides }) {
      snapshot = createSnapshot({ versions: withStored(files, versions), overrides, ...options });
    },
  };
}

/** The numbers of a version that came with this release are those of its file; its end may be set by an operator. */
function withStored(files: readonly Policy[], stored: StoredPolicies['versions']): Dated<Policy>[] {
  const byVersion = new Map(
    files.map((policy): [string, Dated<Policy>] => [policy.version, { is: policy, publishedAt: null }]),
  );
  for (const { policy: json, publishedAt, endsOn } of stored) {
    const { version } = json as Policy;
    const known =
      byVersion.get(version)?.is ?? parsePolicy(withNewParts(json as Policy, files), `stored policy ${version}`);
    const ends = [known.validTo, endsOn].filter((end) => end !== null).sort();
    byVersion.set(version, { is: { ...known, validTo: ends[0] ?? null }, publishedAt });
  }
  return [...byVersion.values()];
}

/** A part that came with a later release: no case of it has started under this version, so it takes the file's numbers. */
export function withNewParts(policy: Policy, files: readonly Policy[]): Policy {
  const demo = policy.version.startsWith('demo');
  const [newest] = files
    .filter(({ version }) => version.startsWith('demo') === demo)
    .sort((a, b) => (a.validFrom < b.validFrom ? 1 : -1));
  return newest === undefined ? policy : { ...partsOf(newest), ...policy };
}
