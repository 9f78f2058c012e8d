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
  return { profile: profileOf(deps.reference, record, [...new Set(known)], offers), households, underWay };
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
