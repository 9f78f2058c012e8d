import { codeAt } from '../../../domain/region/region.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';

/** Whether an account holds the office whose turn it is, and is neither frozen nor of the household. */
export async function mayReview({ models }: ApiDeps, accountId: string, need: NeedRecord): Promise<boolean> {
  const level = need.reviewLevel;
  const account = level === null ? null : await models.accounts.access(accountId);
  if (level === null || account === null || account.frozen !== null) return false;
  if (account.householdId === need.householdId) return false;
  const regionCode = codeAt(need.regionPath, level);
  return account.grants.some(
    (g) => g.role === 'cadre' && g.level === level && g.regionCode === regionCode && g.standsInFor === undefined,
  );
}
