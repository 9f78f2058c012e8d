import type { Json, JsonObject } from '../kernel/types.ts';
import { POLICY_PARTS, REGIONAL_VALUES, type Policy } from '../policy.ts';
import { isWithin } from '../region/region.ts';
import type { PolicyFault } from './check.ts';

/**
 * What a region sets for itself: some values of one national version. A new national version begins without overrides,
 * so that no exception outlives the rule that it was made for.
 */
export interface PolicyOverride {
  /** `2026-01+360735.1`: base, region, and the number of the override among those of this region on this base. */
  readonly version: string;
  readonly base: string;
  readonly region: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly note: string;
  readonly values: JsonObject;
}

export const overrideVersion = (base: string, region: string, n: number): string => `${base}+${region}.${n}`;

/** `2026-01+36.2+360735.1` in its parts: the national version and the overrides' own names, from the province down. */
export function versionParts(version: string): { base: string; overrides: string[] } {
  const [base = '', ...rest] = version.split('+');
  return { base, overrides: rest.map((own) => `${base}+${own}`) };
}

/**
 * Whether a version may decide in all of a region; null: in the whole country. What a region has set for itself is for it
 * alone.
 */
export const mayRule = (version: string, region: string | null): boolean =>
  version
    .split('+')
    .slice(1)
    .every((own) => region !== null && isWithin(region, own.split('.')[0] ?? ''));

/** A national version as it stands in one place; `overrides` from the province down. The name says all that went in. */
export function effectivePolicy(national: Policy, overrides: readonly PolicyOverride[]): Policy {
  if (overrides.length === 0) return national;
  const own = overrides.map(({ version, base }) => version.slice(base.length)).join('');
  const merged = overrides.reduce<Json>(
    (policy, { values }) => withValues(policy, values),
    national as unknown as Json,
  );
  return { ...(merged as unknown as Policy), version: `${national.version}${own}` };
}

/**
 * Records are merged, so that a county can change its own days alone; numbers and lists are replaced, and null takes a
 * value out, where the rules can do without it.
 */
export function withValues(below: Json | undefined, above: Json): Json {
  if (!isRecord(below) || !isRecord(above)) return above;
  const gone = Object.keys(above).filter((key) => above[key] === null);
  const merged = Object.entries(above).map(([key, value]): [string, Json] => [key, withValues(below[key], value)]);
  return Object.fromEntries(
    Object.entries({ ...below, ...Object.fromEntries(merged) }).filter(([key]) => !gone.includes(key)),
  );
}

const isRecord = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an override names that no region may set. The values themselves are checked in the policy that they lead to. */
export function overrideFaults(values: JsonObject): PolicyFault[] {
  if (Object.keys(values).length === 0) return [{ pointer: '', detail: 'an override changes something' }];
  return Object.entries(values).flatMap(([part, own]) => {
    const known = POLICY_PARTS.find((name) => name === part);
    if (known === undefined) return [{ pointer: `/${part}`, detail: `${part} is the same everywhere` }];
    if (!isRecord(own)) return [{ pointer: `/${part}`, detail: `${part} is a record of values` }];
    return Object.keys(own)
      .filter((key) => !REGIONAL_VALUES[known].includes(key))
      .map((key) => ({ pointer: `/${part}/${key}`, detail: `${part}.${key} is the same everywhere` }));
  });
}
