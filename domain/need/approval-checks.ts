import { refuse, type Decision, type JsonObject } from '../kernel/types.ts';
import { idsIn } from './command-data.ts';
import { invalid } from './handler.ts';
import type { Review } from './types.ts';

/** What stands against an approval, as it was found when the reviewer approved. What was agreed on before is not asked again. */

/**
 * Needs that look like the same (asked for twice by the household, or with the same photo anywhere), as they were found when
 * the reviewer approved: refused until he says of each that he has looked at it.
 */
export function duplicatesIn(
  { of }: Review,
  data: JsonObject,
): { ok: true; ids: readonly string[] } | { ok: false; refused: Decision } {
  const duplicates = idsIn(data, 'duplicates');
  const acknowledged = idsIn(data, 'acknowledged');
  if (duplicates === null || acknowledged === null) return { ok: false, refused: invalid('duplicates') };
  if (of !== 'posting' && of !== 'edit') return { ok: true, ids: [] };
  const needIds = duplicates.filter((id) => !acknowledged.includes(id));
  if (needIds.length > 0) return { ok: false, refused: refuse('DUPLICATE_SUSPECTED', { needIds }) };
  return { ok: true, ids: duplicates };
}

/** More than the household may have: as was found when the reviewer approved. */
export function overLimit({ of }: Review, data: JsonObject): Decision | null {
  const found = data['overLimit'];
  if (found === undefined || (of !== 'posting' && of !== 'edit')) return null;
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return invalid('overLimit');
  const { code, ...detail } = found as JsonObject;
  return refuse(code === 'TOO_MANY_OPEN_NEEDS' ? code : 'RECEIVED_LIMIT', detail);
}

/**
 * Rules for postings that the content breaks today, though it kept them when it was submitted: each with its place, its code
 * and its numbers. The reviewer sends it back to be corrected, or refuses it.
 */
export function brokenRules({ of }: Review, data: JsonObject): Decision | null {
  const faults = data['brokenRules'];
  if (faults === undefined || (of !== 'posting' && of !== 'edit' && of !== 'revoked')) return null;
  return Array.isArray(faults) && faults.length > 0
    ? refuse('POSTING_RULES_BROKEN', { faults })
    : invalid('brokenRules');
}
