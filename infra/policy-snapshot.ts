import type { Instant } from '../domain/kernel/types.ts';
import type { Policy } from '../domain/policy.ts';
import { effectivePolicy, versionParts, type PolicyOverride } from '../domain/policy/override.ts';
import { isWithin } from '../domain/region/region.ts';
import { dateInShanghai } from '../domain/time/calendar.ts';
import { UnknownPolicyError, type PolicySet } from './policies.ts';

/** A policy or an override, and when it was published; null: it came with the files of this release. */
export interface Dated<T> {
  readonly is: T;
  readonly publishedAt: Instant | null;
}

/** All versions as this process knows them at a moment. Never changed: a newer one takes its place. */
export interface PolicySnapshot {
  policyFor(version: string): Policy;
  currentPolicy(now: Instant): Policy;
  policyIn(regionPath: readonly string[], now: Instant): Policy;
}

/**
 * So long after its publication a version counts, so that by then every process has read it and they all change over at
 * the same moment: no process meets a version that it does not know.
 */
export const LEAD_MS = 10_000;

interface SnapshotInput {
  readonly versions: readonly Dated<Policy>[];
  readonly overrides: readonly Dated<PolicyOverride>[];
  readonly set: PolicySet;
  /** Refuses a policy that breaks a rule. */
  readonly check: (policy: Policy) => Policy;
  readonly leadMs?: number;
}

/** @throws Error when two have one name, or when an override leads to a policy that breaks a rule */
export function createSnapshot({ versions, overrides, set, check, leadMs = LEAD_MS }: SnapshotInput): PolicySnapshot {
  const byVersion = new Map(versions.map(({ is }) => [is.version, is]));
  if (byVersion.size !== versions.length) throw new Error('two policies have the same version');
  const byName = new Map(overrides.map(({ is }) => [is.version, is]));
  const national = newestFirst(versions.filter(({ is }) => is.version.startsWith('demo') === (set === 'demo')));
  const regional = new Map<string, Dated<PolicyOverride>[]>();
  for (const dated of newestFirst(overrides)) {
    const key = `${dated.is.base}+${dated.is.region}`;
    regional.set(key, [...(regional.get(key) ?? []), dated]);
  }
  const effective = new Map<string, Policy>();

  const published = ({ publishedAt }: Dated<unknown>, now: Instant): boolean =>
    publishedAt === null || publishedAt + leadMs <= now;
  const inForce = (dated: Dated<Validity>, now: Instant): boolean =>
    isValidOn(dated.is, dateInShanghai(now)) && published(dated, now);

  function merged(base: Policy, own: readonly PolicyOverride[]): Policy {
    if (own.length === 0) return base;
    const name = own.reduce((text, { version }) => text + version.slice(base.version.length), base.version);
    const known = effective.get(name);
    if (known !== undefined) return known;
    const policy = effectivePolicy(base, own);
    effective.set(name, policy);
    return policy;
  }

  function policyFor(version: string): Policy {
    const parts = versionParts(version);
    const base = byVersion.get(parts.base);
    const own = parts.overrides.map((name) => byName.get(name)).filter((found) => found !== undefined);
    if (base === undefined || own.length < parts.overrides.length) {
      throw new UnknownPolicyError(`no policy has the version ${version}`);
    }
    return merged(base, own);
  }

  function currentPolicy(now: Instant): Policy {
    const found = national.find((dated) => inForce(dated, now));
    if (found !== undefined) return found.is;
    throw new UnknownPolicyError(`no policy of the set ${set} is in force on ${dateInShanghai(now)}`);
  }

  const overridesOf = (base: string, regionPath: readonly string[], holds: (dated: Dated<PolicyOverride>) => boolean) =>
    regionPath.flatMap((region) => regional.get(`${base}+${region}`)?.find(holds)?.is ?? []);

  for (const { is } of overrides) {
    const base = byVersion.get(is.base);
    if (base === undefined) throw new Error(`the override ${is.version} is of an unknown version`);
    for (const chain of combinations(is, overrides)) check(merged(base, chain));
  }

  return {
    policyFor,
    currentPolicy,
    policyIn(regionPath, now) {
      const base = currentPolicy(now);
      return merged(
        base,
        overridesOf(base.version, regionPath, (dated) => inForce(dated, now)),
      );
    },
  };
}

interface Validity {
  readonly validFrom: string;
  readonly validTo: string | null;
}

export const isValidOn = ({ validFrom, validTo }: Validity, date: string): boolean =>
  validFrom <= date && (validTo === null || date < validTo);

/** By the day from which they hold; of two with the same day the one published later goes first. */
const newestFirst = <T extends Validity>(list: readonly Dated<T>[]): Dated<T>[] =>
  [...list].sort((a, b) =>
    a.is.validFrom === b.is.validFrom
      ? (b.publishedAt ?? 0) - (a.publishedAt ?? 0)
      : a.is.validFrom < b.is.validFrom
        ? 1
        : -1,
  );

/**
 * The override alone, and with each one above it that may hold at the same time. Every rule compares two values, so more
 * than two overrides together break none that no two of them break.
 */
export function combinations(one: PolicyOverride, all: readonly Dated<PolicyOverride>[]): PolicyOverride[][] {
  const above = all.filter(
    ({ is }) => is.base === one.base && is.region !== one.region && isWithin(one.region, is.region),
  );
  return [[one], ...above.filter(({ is }) => overlap(is, one)).map(({ is }) => [is, one])];
}

const overlap = (a: Validity, b: Validity): boolean =>
  (a.validTo === null || b.validFrom < a.validTo) && (b.validTo === null || a.validFrom < b.validTo);
