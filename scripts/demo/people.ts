import type { Level } from '../../domain/kernel/types.ts';
import type { Client } from './client.ts';
import { readAccounts, type DemoAccount } from './sample.ts';

/** Somebody who has signed in. */
export interface Person {
  readonly key: string;
  readonly id: string;
  readonly token: string;
  readonly householdId: string | null;
}

export interface People {
  /** Signs in at the first call. @throws ApiError */
  person(key: string): Promise<Person>;
  operator(): Promise<Person>;
  /** A cadre of this level for this village, never `except`. */
  cadre(level: Level, villageCode: string, ...except: string[]): Promise<Person>;
  pointKeeper(villageCode: string): Promise<Person>;
  /** The county's office that takes on what nobody met. */
  aidUnit(villageCode: string): Promise<Person>;
  /** Somebody of the household. */
  recipient(householdNumber: string): Promise<Person>;
  /** Donors take turns. */
  donor(): Promise<Person>;
  /** Forgets a session, e.g. because the account has got a new right. */
  forget(key: string): void;
}

const CODE_LENGTH: Readonly<Record<Level, number>> = { province: 2, city: 4, county: 6, township: 9, village: 12 };

interface Session {
  readonly accessToken: string;
  readonly account: { readonly id: string; readonly householdId: string | null };
}

export function createPeople(client: Client): People {
  const { accounts, password } = readAccounts();
  const byKey = new Map(accounts.map((account) => [account.key, account]));
  const sessions = new Map<string, Promise<Person>>();
  const donors = accounts.filter(({ grants }) => grants.some(({ role }) => role === 'donor'));
  let turn = 0;

  async function signIn({ key, phone }: DemoAccount): Promise<Person> {
    const session = await client.post<Session>('sign in', '/v1/sessions', null, { phone, password });
    const { id, householdId } = session.account;
    return { key, id, householdId, token: session.accessToken };
  }

  function person(key: string): Promise<Person> {
    const account = byKey.get(key);
    if (account === undefined) throw new Error(`data/demo-accounts.json has no account ${key}`);
    const known = sessions.get(key) ?? signIn(account);
    sessions.set(key, known);
    return known;
  }

  const holderOf = (
    what: string,
    holds: (grant: DemoAccount['grants'][number]) => boolean,
    except: readonly string[] = [],
  ) => {
    const found = accounts.find(({ key, grants }) => !except.includes(key) && grants.some(holds));
    if (found === undefined) throw new Error(`data/demo-accounts.json has nobody who is ${what}`);
    return person(found.key);
  };

  return {
    person,
    operator: () => holderOf('an operator', ({ role }) => role === 'operator'),
    cadre(level, villageCode, ...except) {
      const region = villageCode.slice(0, CODE_LENGTH[level]);
      const is = (grant: DemoAccount['grants'][number]): boolean =>
        grant.role === 'cadre' && grant.level === level && grant.regionCode === region;
      return holderOf(`a ${level} cadre of ${region}`, is, except);
    },
    pointKeeper: (villageCode) =>
      holderOf(
        `the keeper of the point of ${villageCode}`,
        ({ role, regionCode }) => role === 'pointKeeper' && regionCode === villageCode,
      ),
    aidUnit: (villageCode) =>
      holderOf(
        `the aid unit of ${villageCode}`,
        ({ role, regionCode }) => role === 'aidUnit' && regionCode === villageCode.slice(0, CODE_LENGTH.county),
      ),
    recipient: (number) => holderOf(`of household ${number}`, ({ householdNumber }) => householdNumber === number),
    donor: () => person(donors[turn++ % donors.length]?.key ?? ''),
    forget: (key) => void sessions.delete(key),
  };
}
