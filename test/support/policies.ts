import { readFileSync } from 'node:fs';
import type { CasePolicy, Json, JsonObject } from '../../domain/kernel/types.ts';
import { policyOf, type Policy, type PolicyPart } from '../../domain/policy.ts';

/** The same policy with every number of days, working days and hours multiplied, under a name of its own. */
export const scaledPolicy = <P extends CasePolicy>(
  policy: P,
  factor: number,
  version = `${policy.version}-x${factor}`,
): P => ({ ...(scaled(policy as unknown as Json, factor) as unknown as P), version, time: policy.time });

function scaled(value: Json, factor: number, inDays = false): Json {
  if (typeof value === 'number') return inDays ? value * factor : value;
  if (Array.isArray(value)) return value.map((each) => scaled(each, factor, inDays));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]): [string, Json] => {
    return [key, scaled(each, factor, inDays || /(Days|Hours)$/.test(key))];
  });
  return Object.fromEntries(entries) as JsonObject;
}

const read = (name: string): Policy =>
  JSON.parse(readFileSync(new URL(`../../data/policies/${name}.json`, import.meta.url), 'utf8')) as Policy;

/** The part of one kind of case, of the real policy and of the demo's, whose days are seconds. */
export const realPolicies = <K extends PolicyPart>(kind: K) =>
  [policyOf(read('default'), kind), policyOf(read('demo'), kind)] as const;
