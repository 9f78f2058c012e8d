import type { Actor, Level, Role } from '../kernel/types.ts';
import { codeAt, isAbove, isRegionCode, isWithin } from '../region/region.ts';
import { himself } from './scope.ts';

/** What offices have to do with one another. */

export interface Office {
  readonly role: Role;
  readonly level?: Level;
  readonly regionCode?: string;
  readonly standsInFor?: string;
}

const STAFF: readonly Role[] = ['cadre', 'helper', 'pointKeeper'];

/**
 * Whether an account is under a cadre: it holds an office, and every one of its offices lies in his region, those of
 * cadres on a lower level. Operators and people without an office are under no cadre.
 */
export function isUnder(actor: Actor, offices: readonly Office[]): boolean {
  const { level, regionCode } = actor;
  if (actor.role !== 'cadre' || level === undefined || regionCode === undefined) return false;
  if (offices.some(({ role }) => role === 'operator')) return false;
  const staff = offices.filter(({ role }) => STAFF.includes(role));
  return staff.length > 0 && staff.every((office) => within(office, regionCode) && below(office, level));
}

const within = ({ regionCode }: Office, code: string): boolean =>
  regionCode !== undefined && isRegionCode(regionCode) && isWithin(regionCode, code);

const below = ({ role, level }: Office, than: Level): boolean =>
  role !== 'cadre' || (level !== undefined && isAbove(than, level));

/** A stand-in is a cadre himself, of the same county; for a city or province of the same one. */
export function mayStandIn({ regionCode }: Actor, offices: readonly Office[]): boolean {
  if (regionCode === undefined) return false;
  const area = codeAt(regionCode, 'county') ?? regionCode;
  return offices.some((office) => office.role === 'cadre' && office.standsInFor === undefined && within(office, area));
}

/** A stand-in's office holds during the leave only. */
export const inForceAt = (
  { from, until }: { readonly from?: Date | undefined; readonly until?: Date | undefined },
  now: number,
): boolean => (from === undefined || from.getTime() <= now) && (until === undefined || until.getTime() > now);

/** Why an official may not say who somebody is, or whom he may meet: nobody does for himself, his household or one that he helps. */
export function papersRefusal(actor: Actor, accountId: string): 'OWN_ACCOUNT' | 'HELPED_HOUSEHOLD' | null {
  if (himself(actor).includes(accountId) || actor.tie === 'own') return 'OWN_ACCOUNT';
  return actor.tie === 'helped' ? 'HELPED_HOUSEHOLD' : null;
}

/** Who has frozen an account; accounts frozen long ago do not say. */
export interface Frozen {
  readonly level?: Level | 'operator' | undefined;
  readonly regionCode?: string | undefined;
}

/** Of whom somebody complains who contests that his account is frozen: of that office, else of the platform. */
export const contestedOffice = ({ level, regionCode }: Frozen) =>
  level !== undefined && level !== 'operator' && regionCode !== undefined
    ? ({ about: 'office', level, regionCode } as const)
    : ({ about: 'platform' } as const);

/** What a level above, or the platform, has frozen, no level below lets go again, nor freezes in its own name. */
export const mayUnfreeze = ({ role, level: own }: Actor, { level }: Frozen): boolean =>
  role === 'operator' || level === undefined || (level !== 'operator' && own !== undefined && !isAbove(level, own));

/** The offices that he was lent and is no longer fit for: whoever is no cadre of the place himself stands in for nobody. */
export const lentInVain = <O extends Office>(offices: readonly O[]): O[] =>
  offices.filter(
    ({ standsInFor, regionCode }) =>
      standsInFor !== undefined &&
      regionCode !== undefined &&
      !mayStandIn({ id: '', role: 'cadre', regionCode }, offices),
  );
