import { must } from '../waiting.ts';
import type { DemoDeps } from '../need-run.ts';
import { newNumbers } from '../newcomer.ts';
import type { Person } from '../people.ts';
import { importCsv } from '../households.ts';

/**
 * A village of 石城县 of which the sample knows nothing: a scene brings its own households and cadres there, so that it
 * disturbs no story and can be played again on the same data.
 */

export const PASSWORD = 'Only-for-the-demo-77';
const HEAD = '温大成';
const KIND_OF_HOME = { property: 'minimumLiving', mainCause: 'illness', incomePerCapitaYuan: '4200' };

/** A household of the register with one of its people. */
export interface Home {
  readonly id: string;
  readonly number: string;
  readonly phone: string;
  readonly member: Person;
}

export interface Hamlet {
  readonly village: string;
  readonly cadres: readonly Person[];
  readonly homes: readonly Home[];
}

interface Wanted {
  readonly cadres?: number;
  readonly homes: number;
  /** False: the register knows no number of theirs. */
  readonly phones?: boolean;
}

export async function settle(
  deps: DemoDeps,
  village: string,
  { cadres = 2, homes, phones = true }: Wanted,
): Promise<Hamlet> {
  const newHead = () => ({ ...newNumbers(), ...(!phones && { phone: '' }) });
  const families = Array.from({ length: homes }, () => ({ ...newNumbers(), head: newHead() }));
  await enterInRegister(deps, village, families);
  const officers = Array.from({ length: cadres }, () => newCadre(deps, 'village', village));
  return {
    village,
    cadres: await Promise.all(officers),
    homes: await Promise.all(families.map((family) => moveIn(deps, village, family))),
  };
}

/** What his papers say, too. */
export interface Citizen {
  readonly person: Person;
  readonly name: string;
  readonly idNumber: string;
}

interface Registration {
  readonly kind?: 'person' | 'donor';
  /** Where he lives. */
  readonly homeRegion?: string;
  /** One that the register does not confirm, e.g. */
  readonly name?: string;
}

/** The sandbox register says of such a name that it does not fit the number. */
export const UNCONFIRMED = '李不符';

export async function newCitizen(
  { client }: Pick<DemoDeps, 'client'>,
  { kind = 'person', homeRegion, name: wanted }: Registration = {},
): Promise<Citizen> {
  const { phone, idNumber, mark } = newNumbers();
  const name = wanted ?? `示范${SURNAMES[Number(mark) % SURNAMES.length] ?? ''}`;
  const body = { kind, name, phone, password: PASSWORD, idNumber };
  await client.post('register', '/v1/accounts', null, { ...body, ...(homeRegion !== undefined && { homeRegion }) });
  return { person: await signIn({ client }, phone), name, idNumber };
}

/** Somebody with an account whom the register confirms. */
export const newPerson = async (deps: DemoDeps, registration?: Registration): Promise<Person> =>
  (await newCitizen(deps, registration)).person;

const SURNAMES = ['春', '夏', '秋', '冬', '明', '华', '文', '平'];

/** Also once more: with a new office, or after a session was ended. */
export async function signIn({ client }: Pick<DemoDeps, 'client'>, phone: string): Promise<Person> {
  const session = await client.post<{
    accessToken: string;
    account: { id: string; householdId: string | null };
  }>('sign in', '/v1/sessions', null, { phone, password: PASSWORD });
  const { id, householdId } = session.account;
  return { key: phone, id, householdId, token: session.accessToken };
}

export const newDonor = (deps: DemoDeps, homeRegion: string): Promise<Person> =>
  newPerson(deps, { kind: 'donor', homeRegion });

/** Appointed by an operator. @returns the cadre, and the office that can be taken from him */
export async function appoint(
  deps: DemoDeps,
  person: Person,
  office: object,
): Promise<{ readonly person: Person; readonly grantId: string }> {
  const { token } = await deps.people.operator();
  interface Account {
    readonly grants: readonly { readonly id: string }[];
  }
  const account = await deps.client.post<Account>('grant', `/v1/accounts/${person.id}/grants`, token, office);
  // What somebody may do travels with his token.
  return { person: await signIn(deps, person.key), grantId: account.grants.at(-1)?.id ?? '' };
}

/** The office that he holds. */
export async function officeOf({ client, people }: DemoDeps, { id }: Person): Promise<string> {
  interface Account {
    readonly grants: readonly { readonly id: string; readonly role: string }[];
  }
  const { grants } = await client.get<Account>(`/v1/accounts/${id}`, (await people.operator()).token);
  return grants.find(({ role }) => role !== 'donor')?.id ?? '';
}

/** An operator takes it from him. */
export async function dismiss({ client, people }: DemoDeps, { id }: Person, grantId: string): Promise<void> {
  const { token } = await people.operator();
  await client.delete('withdraw role', `/v1/accounts/${id}/grants/${grantId}`, token);
}

export async function newCadre(deps: DemoDeps, level: string, regionCode: string): Promise<Person> {
  const { person } = await appoint(deps, await newPerson(deps), { role: 'cadre', level, regionCode });
  return person;
}

const numberOf = (village: string, mark: string): string => `${village}D${mark}`;

/** Somebody of the household with an account finds it by its number and its head's papers. */
async function moveIn(deps: DemoDeps, village: string, { mark, head }: Family): Promise<Home> {
  const newcomer = await newPerson(deps, { homeRegion: village });
  const number = numberOf(village, mark);
  const body = { number, name: HEAD, idNumber: head.idNumber };
  const { householdId } = await deps.client.post<{ householdId: string }>(
    'link household',
    '/v1/household-links',
    newcomer.token,
    body,
  );
  const member = await signIn(deps, newcomer.key);
  must(member.householdId === householdId, 'the account is not of its household');
  return { id: householdId, number, phone: head.phone, member };
}

interface Family {
  readonly mark: string;
  readonly head: ReturnType<typeof newNumbers>;
}

async function enterInRegister(deps: DemoDeps, village: string, families: readonly Family[]): Promise<void> {
  const columns = {
    householdNumber: ({ mark }: Family) => numberOf(village, mark),
    villageCode: () => village,
    headName: () => HEAD,
    headIdNumber: ({ head }: Family) => head.idNumber,
    phone: ({ head }: Family) => head.phone,
    property: () => KIND_OF_HOME.property,
    mainCause: () => KIND_OF_HOME.mainCause,
    otherCauses: () => '',
    incomePerCapitaYuan: () => KIND_OF_HOME.incomePerCapitaYuan,
    identifiedOn: () => '2016-05-30',
    removedOn: () => '',
    helperPhone: () => '',
    headEducation: () => 'primary',
    headHealth: () => 'chronic',
    headLabour: () => 'weak',
    // A grandchild, for whom lessons may be asked.
    members: () => 'grandson|温小宝|2015-03-09|primary|healthy|none',
  };
  const rows = families.map((family) =>
    Object.values(columns)
      .map((cell) => cell(family))
      .join(','),
  );
  const csv = [Object.keys(columns).join(','), ...rows].join('\n');
  const { created } = await importCsv(deps, await deps.people.operator(), Buffer.from(csv), false);
  must(created === families.length, `${created} of ${families.length} households came into the register`);
}
