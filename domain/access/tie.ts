import type { Actor } from '../kernel/types.ts';

/** What ties somebody to a household by the register, whether or not his account says so. */

/** `own`: he belongs to it. `helped`: he is its helper cadre (帮扶干部), who posts for it and so does not review. */
export type Tie = NonNullable<Actor['tie']>;

export interface TiedHousehold {
  readonly _id: string;
  /** Blind indexes of its members' ID numbers. */
  readonly idIndexes: readonly string[];
  readonly helperId: string | null;
}

export interface TiedPerson {
  readonly _id: string;
  readonly householdId: string | null;
  readonly idNumberIndex?: string | null;
}

/** The strongest tie of any of these people, who are one party: a cadre and the one he stands in for. */
export function tieOf(household: TiedHousehold, people: readonly TiedPerson[]): Tie | null {
  if (people.some((person) => belongsTo(household, person))) return 'own';
  return people.some(({ _id }) => _id === household.helperId) ? 'helped' : null;
}

const belongsTo = ({ _id, idIndexes }: TiedHousehold, { householdId, idNumberIndex }: TiedPerson): boolean =>
  householdId === _id || (typeof idNumberIndex === 'string' && idIndexes.includes(idNumberIndex));

/** The same actor, with what ties him to the household of the case he sends a command to. */
export const withTie = (actor: Actor, tie: Tie | null): Actor => (tie === null ? actor : { ...actor, tie });
