import type { DonorProfile } from '../../../domain/matching/types.ts';
import { pathOf } from '../../../domain/region/region.ts';
import type { DonorRecord } from '../../../models/donor.ts';
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

const UNDER_WAY_AT_MOST = 50;

export async function donorOf(deps: ApiDeps, caller: Caller): Promise<Donor> {
  const { models } = deps;
  const [record, offers, households, underWay] = await Promise.all([
    models.donors.find(caller.accountId),
    models.offered.by(caller.accountId),
    householdsOf(deps, caller),
    models.pledges.underWayOf(caller.accountId, UNDER_WAY_AT_MOST),
  ]);
  const regions = [caller.homeRegion, ...caller.grants.map(({ regionCode }) => regionCode)];
  const known = regions.filter((code): code is string => code != null && deps.reference.regions.find(code) !== null);
  return { profile: profileOf(deps, record, [...new Set(known)], offers), households, underWay };
}

/** `offers`: categories of his approved offers. */
export function profileOf(
  { reference }: Pick<ApiDeps, 'reference'>,
  { gave = {}, gaveFen = 0 }: Pick<DonorRecord, 'gave' | 'gaveFen'>,
  regions: readonly string[],
  offers: readonly string[],
): DonorProfile {
  const times = Object.values(gave).reduce((sum, n) => sum + n, 0);
  return {
    regions,
    paired: [...new Set(regions.flatMap(pathOf).flatMap(reference.regions.partnersWest))],
    gave: withFamilies(reference, gave),
    offers,
    usualFen: times === 0 ? null : gaveFen / times,
  };
}

/** Whoever gave books has also given something for studying. */
function withFamilies({ categories }: ApiDeps['reference'], gave: Record<string, number>): Record<string, number> {
  const all = { ...gave };
  for (const [category, times] of Object.entries(gave)) {
    const family = categories.find(category)?.path.at(-2);
    if (family !== undefined) all[family] = (all[family] ?? 0) + times;
  }
  return all;
}

async function householdsOf({ models }: ApiDeps, { accountId, householdId }: Caller): Promise<string[]> {
  const own = householdId === null ? [] : [householdId];
  const projection = { idNumberIndex: 1 } as const;
  const account = await models.accounts.accounts.findOne({ _id: accountId }, { projection, maxTimeMS: 3000 });
  if (account?.idNumberIndex === undefined) return own;
  const known = await models.households.households
    .find({ idIndexes: account.idNumberIndex }, { projection: { _id: 1 }, maxTimeMS: 3000 })
    .toArray();
  return [...own, ...known.map(({ _id }) => _id)];
}
