import type { Office } from '../access/office.ts';

/** Who may post for a household: its own people, its helper cadre while he holds that office, and the cadres of the place. */

export interface Poster {
  readonly accountId: string;
  readonly householdId: string | null;
  /** His offices that are in force. */
  readonly grants: readonly Office[];
}

interface PostedFor {
  readonly _id: string;
  readonly helperId: string | null;
  readonly regionPath: readonly string[];
}

export type PostingPart = 'member' | 'helper' | 'cadre';

/** In which parts he may post for this household; none: he may not. */
export function postingParts({ accountId, householdId, grants }: Poster, household: PostedFor): PostingPart[] {
  const here = ({ regionCode }: Office): boolean =>
    regionCode !== undefined && household.regionPath.includes(regionCode);
  const parts: [PostingPart, boolean][] = [
    ['member', householdId === household._id],
    ['helper', household.helperId === accountId && grants.some((grant) => grant.role === 'helper' && here(grant))],
    [
      'cadre',
      grants.some(
        (grant) => grant.role === 'cadre' && (grant.level === 'village' || grant.level === 'township') && here(grant),
      ),
    ],
  ];
  return parts.filter(([, holds]) => holds).map(([part]) => part);
}

/** Whether one of his parts is what he says he is to the household. */
export function fitsRelation(relation: string, parts: readonly PostingPart[]): boolean {
  if (relation === 'helperCadre') return parts.includes('helper');
  return parts.includes(relation === 'villageCadre' ? 'cadre' : 'member');
}
