import { codeAt } from '../../../domain/region/region.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import { tieTo } from '../../ties.ts';

/** Whether an account holds the office whose turn it is, and is neither frozen nor of the household nor its helper. */
export async function mayReview(deps: ApiDeps, accountId: string, need: NeedRecord): Promise<boolean> {
  const level = need.reviewLevel;
  const account = level === null ? null : await deps.models.accounts.access(accountId);
  if (level === null || account === null || account.frozen !== null) return false;
  if ((await tieTo(deps, [accountId], need.householdId)) !== null) return false;
  const regionCode = codeAt(need.regionPath, level);
  return account.grants.some(
    (g) => g.role === 'cadre' && g.level === level && g.regionCode === regionCode && g.standsInFor === undefined,
  );
}
