import { problem } from '../contracts/problems.ts';
import type { Actor } from '../domain/kernel/types.ts';
import type { Access, Caller, Grant } from './route.ts';

/** Every account may act for itself without any grant. */
const itself = ({ accountId }: Caller): Grant => ({ id: accountId, role: 'person' });

/** Whether a grant opens a route. */
export function grantSatisfies(access: Access, { role, level }: Pick<Grant, 'role' | 'level'>): boolean {
  if ('public' in access || 'signedIn' in access) return true;
  if (!access.roles.includes(role)) return false;
  return role !== 'cadre' || access.levels === undefined || (level !== undefined && access.levels.includes(level));
}

/**
 * The capacity in which a caller acts: the grant that Bangfu-Acting-As names (its id, its role, or its place in the list
 * from 0), else the first that opens the route.
 * @throws Problem NOT_PERMITTED
 */
export function actingAs(access: Access, caller: Caller, header: string | undefined): Actor {
  const grants = [...caller.grants, itself(caller)];
  const candidates = header === undefined ? grants : grants.filter((grant, index) => isNamed(grant, index, header));
  const grant = candidates.find((candidate) => grantSatisfies(access, candidate));
  if (grant === undefined) throw problem('NOT_PERMITTED');
  return actorOf(caller, grant);
}

const isNamed = (grant: Grant, index: number, name: string): boolean =>
  grant.id === name || grant.role === name || String(index) === name;

const actorOf = ({ accountId, householdId }: Caller, { role, level, regionCode, standsInFor }: Grant): Actor => ({
  id: accountId,
  role,
  ...(level !== undefined && { level }),
  ...(regionCode !== undefined && { regionCode }),
  ...(standsInFor !== undefined && { standsInFor }),
  ...(householdId !== null && { householdId }),
});
