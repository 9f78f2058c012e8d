import type { DonorProfile } from '../../../domain/matching/types.ts';
import { profileOf } from '../../../models/candidate.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Caller } from '../../route.ts';

/** What suggestions go by for one donor, and what is never suggested to him. */
export interface Donor {
  readonly profile: DonorProfile;
  /** Households whose needs are no business of his: his own, and any that knows his ID number. */
  readonly households: readonly string[];
  /** Needs that he gives for already. */
  readonly underWay: readonly string[];
}

export async function donorOf(deps: ApiDeps, caller: Caller): Promise<Donor> {
  const { gifts, offers, underWay, idNumberIndex } = await deps.models.donorWays(caller.accountId);
  const regions = [caller.homeRegion, ...caller.grants.map(({ regionCode }) => regionCode)];
  const known = regions.filter((code): code is string => code != null && deps.reference.regions.find(code) !== null);
  return {
    profile: profileOf(deps.reference, gifts, [...new Set(known)], offers),
    households: await householdsOf(deps, caller.householdId, idNumberIndex),
    underWay,
  };
}

async function householdsOf(
  { models }: ApiDeps,
  householdId: string | null,
  idNumberIndex: string | undefined,
): Promise<string[]> {
  const own = householdId === null ? [] : [householdId];
  if (idNumberIndex === undefined) return own;
  const known = await models.households.households
    .find({ idIndexes: idNumberIndex }, { projection: { _id: 1 }, maxTimeMS: 3000 })
    .toArray();
  return [...own, ...known.map(({ _id }) => _id)];
}
