import type { HouseholdPersonal } from '../../../domain/household/household.ts';
import { householdPlace, type HouseholdRecord } from '../../../models/household.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';

/** The phone that the register has of a household; null when it has none or the household was erased. */
export function phoneOf({ crypto }: Pick<ApiDeps, 'crypto'>, household: HouseholdRecord): string | null {
  if (household.erasedAt !== null) return null;
  return crypto.fields.open<HouseholdPersonal>(householdPlace(household._id), household.sealed).head.phone;
}

export async function householdPhone(deps: ApiDeps, householdId: string): Promise<string | null> {
  const household = await deps.models.households.find(householdId);
  return household === null ? null : phoneOf(deps, household);
}

/** The registered phone is the publisher's own, who is not of the household: a word by that phone would be his. */
export async function isPublishersPhone(
  deps: ApiDeps,
  { householdId, publisherId }: Pick<NeedRecord, 'householdId' | 'publisherId'>,
): Promise<boolean> {
  const [phone, publisher] = await Promise.all([
    householdPhone(deps, householdId),
    deps.models.accounts.find(publisherId),
  ]);
  if (phone === null || publisher === null || publisher.householdId === householdId) return false;
  return deps.crypto.index.candidates('phone', phone).includes(publisher.phoneIndex);
}
