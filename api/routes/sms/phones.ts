import type { AccountRecord } from '../../../models/account.ts';
import type { GrantRecord } from '../../../models/account-offices.ts';
import type { HouseholdPersonal } from '../../../domain/household/household.ts';
import { householdPlace, type HouseholdRecord } from '../../../models/household.ts';
import type { ApiDeps } from '../../deps.ts';
import { tieTo } from '../../ties.ts';

/** The phone that the register has of a household; null when it has none or the household was erased. */
export function phoneOf({ crypto }: Pick<ApiDeps, 'crypto'>, household: HouseholdRecord): string | null {
  if (household.erasedAt !== null) return null;
  return crypto.fields.open<HouseholdPersonal>(householdPlace(household._id), household.sealed).head.phone;
}

export async function householdPhone(deps: ApiDeps, householdId: string): Promise<string | null> {
  const household = await deps.models.households.find(householdId);
  return household === null ? null : phoneOf(deps, household);
}

/** Who posts, reviews or visits for others. */
const OFFICIALS: readonly GrantRecord['role'][] = ['cadre', 'helper', 'pointKeeper'];

/** Whose account the household's registered phone is; null when it has no phone or nobody has an account with it. */
export async function phoneOwner(deps: ApiDeps, householdId: string): Promise<AccountRecord | null> {
  const phone = await householdPhone(deps, householdId);
  return phone === null ? null : deps.models.accounts.findByPhone(deps.crypto.index.candidates('phone', phone));
}

/**
 * The registered phone is the publisher's, or that of a cadre, a helper or a keeper, none of them of the household: a word
 * by that phone would be his, so for the preview the household has no phone.
 */
export async function isAnothersPhone(
  deps: ApiDeps,
  { householdId, publisherId }: { readonly householdId: string; readonly publisherId: string | null },
): Promise<boolean> {
  const owner = await phoneOwner(deps, householdId);
  if (owner === null || owner.householdId === householdId) return false;
  if (owner._id === publisherId) return true;
  if (!owner.grants.some(({ role }) => OFFICIALS.includes(role))) return false;
  return (await tieTo(deps, [owner._id], householdId)) !== 'own';
}
