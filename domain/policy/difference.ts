import type { Json, JsonObject } from '../kernel/types.ts';
import { rulesOf, type Policy } from '../policy.ts';

/** One value that differs between two policies; null where one of them does not have it. */
export interface PolicyDifference {
  /** JSON Pointer, e.g. `/need/reviewWorkingDays/village`. */
  readonly pointer: string;
  readonly before: Json;
  readonly after: Json;
}

/** Every number, text or list that is not the same in both, by its place. */
export const policyDifferences = (before: Policy, after: Policy): PolicyDifference[] =>
  differences(rulesOf(before) as unknown as JsonObject, rulesOf(after) as unknown as JsonObject, '');

function differences(before: Json | undefined, after: Json | undefined, pointer: string): PolicyDifference[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], `${pointer}/${key}`));
  }
  const same = JSON.stringify(before) === JSON.stringify(after);
  return same ? [] : [{ pointer, before: before ?? null, after: after ?? null }];
}

const isRecord = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
