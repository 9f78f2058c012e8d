import type { Connection } from 'mongoose';
import { tieOf, type Tie, type TiedHousehold, type TiedPerson } from '../domain/access/tie.ts';
import { accountRepository } from './account.ts';
import { householdRepository } from './household.ts';

/** Whose household is whose, as the register knows it: an account need not be linked to be of a household. */

const LIMIT = { maxTimeMS: 3000 };
const REGISTER = { idIndexes: 1, helperId: 1 } as const;

export function createTies(db: Connection) {
  const { accounts } = accountRepository(db);
  const { households } = householdRepository(db);

  const peopleOf = (ids: readonly string[]): Promise<TiedPerson[]> =>
    accounts.find({ _id: { $in: [...ids] } }, { projection: { householdId: 1, idNumberIndex: 1 }, ...LIMIT }).toArray();

  async function around(ids: readonly string[], householdId: string): Promise<[TiedHousehold, TiedPerson[]]> {
    const [household, people] = await Promise.all([
      households.findOne({ _id: householdId }, { projection: REGISTER, ...LIMIT }),
      peopleOf(ids),
    ]);
    return [household ?? { _id: householdId, idIndexes: [], helperId: null }, people];
  }

  return {
    peopleOf,

    /** What ties people, as one party, to a household. */
    async tie(ids: readonly string[], householdId: string): Promise<Tie | null> {
      const [household, people] = await around(ids, householdId);
      return tieOf(household, people);
    },

    /** Those of these people whom none of the ties binds to the household. */
    async without(ties: readonly Tie[], ids: readonly string[], householdId: string): Promise<string[]> {
      const [household, people] = await around(ids, householdId);
      const bound = people.filter((person) => ties.some((tie) => tieOf(household, [person]) === tie));
      return ids.filter((id) => !bound.some(({ _id }) => _id === id));
    },

    /** The households that name one of these people, or one of their ID numbers. */
    async naming(people: readonly TiedPerson[]): Promise<TiedHousehold[]> {
      const numbers = people.flatMap(({ idNumberIndex }) => idNumberIndex ?? []);
      const ids = people.map(({ _id }) => _id);
      return households
        .find(
          { $or: [{ idIndexes: { $in: numbers } }, { helperId: { $in: ids } }] },
          { projection: REGISTER, ...LIMIT },
        )
        .toArray();
    },
  };
}
