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

  const registered = async (householdId: string): Promise<TiedHousehold> =>
    (await households.findOne({ _id: householdId }, { projection: REGISTER, ...LIMIT })) ?? {
      ...{ _id: householdId, idIndexes: [], helperId: null },
    };

  return {
    peopleOf,

    /** What ties people, as one party, to a household. */
    async tie(ids: readonly string[], householdId: string): Promise<Tie | null> {
      const [household, people] = await Promise.all([registered(householdId), peopleOf(ids)]);
      return tieOf(household, people);
    },

    /** Everybody whom the register or his account binds to the household by one of these ties. */
    async boundTo(householdId: string, ties: readonly Tie[] = ['own', 'helped']): Promise<string[]> {
      const { idIndexes, helperId } = await registered(householdId);
      const of = { $or: [{ householdId }, { idNumberIndex: { $in: [...idIndexes] } }] };
      const own = ties.includes('own') ? await accounts.find(of, { projection: { _id: 1 }, ...LIMIT }).toArray() : [];
      return [...own.map(({ _id }) => _id), ...(ties.includes('helped') && helperId !== null ? [helperId] : [])];
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
