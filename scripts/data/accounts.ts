import { levelOf, pathOf, type Level } from '../../domain/region/region.ts';
import type { HouseholdSpec } from './make-households.ts';
import { demoPhone, idNumberFor, inventPerson, type Person } from './people.ts';

export interface Grant {
  readonly role: 'household' | 'donor' | 'helper' | 'cadre' | 'pointKeeper' | 'aidUnit' | 'operator' | 'person';
  readonly level?: Level;
  readonly regionCode?: string;
  readonly householdNumber?: string;
}

export interface DemoAccount {
  /** How needs and stories name it: `cadre-<region>-<n>`, `household-<number>`, `donor-<n>` … */
  readonly key: string;
  readonly phone: string;
  readonly name: string;
  readonly idNumber: string;
  readonly organisation?: string;
  /** City where a donor lives. */
  readonly homeRegion?: string;
  readonly grants: readonly Grant[];
}

/** The only cadre of such a village also posts for its households, so the township reviews them. */
export const ONE_CADRE = ['360735100208', '422801103210'];
/** Nobody reviews here: the level is skipped upward and reported. */
export const NO_CADRE = ['621224102213'];

/** Where donors live: the paired cities Hangzhou and Qingdao first, then others; six are organisations. */
const DONORS: readonly (readonly [homeRegion: string, organisation?: string])[] = [
  ['3301'],
  ['3301'],
  ['3301'],
  ['3301', '杭州湖畔志愿服务队'],
  ['3301', '杭州运河边爱心超市'],
  ['3702'],
  ['3702'],
  ['3702'],
  ['3702', '青岛海风助学社'],
  ['1101'],
  ['3101'],
  ['4401'],
  ['4403'],
  ['4403', '深圳木棉公益促进会'],
  ['3205'],
  ['4201'],
  ['4201', '武汉东湖旧物再用中心'],
  ['6201'],
  ['3601'],
  ['3607', '赣州客家同乡互助会'],
];

/** All accounts of the demo; order and keys are stable, so phones are too. */
export function demoAccounts(households: readonly HouseholdSpec[], publishers: ReadonlySet<string>): DemoAccount[] {
  const villages = [...new Set(households.map((h) => h.villageCode))].sort();
  const above = (digits: number): string[] => [...new Set(villages.map((v) => v.slice(0, digits)))].sort();
  const counties = above(6);
  const cadres = [
    ...above(2).flatMap((code) => cadresOf(code, 1)),
    ...above(4).flatMap((code) => cadresOf(code, 1)),
    ...counties.flatMap((code) => cadresOf(code, 2)),
    ...above(9).flatMap((code) => cadresOf(code, 2)),
    ...villages.flatMap((code) => cadresOf(code, cadresIn(code))),
  ];
  return [
    ...block(1, [staff('operator-1', { role: 'operator' }), staff('operator-2', { role: 'operator' })]),
    ...block(1001, cadres),
    ...block(
      2001,
      villages.map((code) => staff(`keeper-${code}`, { role: 'pointKeeper', level: 'village', regionCode: code })),
    ),
    ...block(
      3001,
      counties.flatMap((code) =>
        [1, 2].map((n) => staff(`helper-${code}-${n}`, { role: 'helper', level: 'county', regionCode: code })),
      ),
    ),
    ...block(4001, DONORS.map(donor)),
    ...block(
      5001,
      counties.map((code) => staff(`aidUnit-${code}`, { role: 'aidUnit', level: 'county', regionCode: code })),
    ),
    ...block(10_001, households.map(householdAccount)),
    ...block(20_001, relatives(households, publishers)),
  ];
}

type Unnumbered = Omit<DemoAccount, 'phone'>;

const block = (first: number, accounts: readonly Unnumbered[]): DemoAccount[] =>
  accounts.map(({ key, ...rest }, i) => ({ key, phone: demoPhone(first + i), ...rest }));

const cadresIn = (village: string): number => (NO_CADRE.includes(village) ? 0 : ONE_CADRE.includes(village) ? 1 : 2);

const cadresOf = (regionCode: string, count: number): Unnumbered[] =>
  Array.from({ length: count }, (_, i) =>
    staff(`cadre-${regionCode}-${i + 1}`, { role: 'cadre', level: levelOf(regionCode), regionCode }),
  );

const staff = (key: string, grant: Grant): Unnumbered => account(key, inventPerson(key), grant);

const account = (key: string, person: Person, grant: Grant): Unnumbered => ({
  key,
  name: person.name,
  idNumber: idNumberFor(person, key),
  grants: [grant],
});

function donor([homeRegion, organisation]: readonly [string, string?], i: number): Unnumbered {
  const made = staff(`donor-${i + 1}`, { role: 'donor' });
  return { ...made, ...(organisation === undefined ? {} : { organisation }), homeRegion };
}

/** The head's account: same name, ID number and phone as in the register. */
const householdAccount = ({ number, head }: HouseholdSpec): Unnumbered => ({
  key: `household-${number}`,
  name: head.name,
  idNumber: idNumberFor(head, number),
  grants: [{ role: 'household', householdNumber: number }],
});

/**
 * People who post for a household and are not its head: members act for it, others (a neighbour, a nephew, a son with a
 * household of his own) are merely known by name.
 */
function relatives(households: readonly HouseholdSpec[], publishers: ReadonlySet<string>): Unnumbered[] {
  const keys = [...publishers].filter((key) => /^(?:spouse|son|daughter|parent|relative|friend|neighbour|other)-/.test(key));
  return keys.sort().map((key) => {
    const [relation = '', number = ''] = key.split('-');
    const household = households.find((h) => h.number === number);
    if (household === undefined) throw new Error(`${key}: no such household`);
    const member = household.members.find((m) => m.relation === relation);
    if (member !== undefined) return account(key, member, { role: 'household', householdNumber: number });
    const kin = relation === 'son' || relation === 'daughter';
    const person = inventPerson(key, kin ? (relation === 'son' ? 'M' : 'F') : undefined);
    const name = kin ? fathersName(household).slice(0, 1) + person.name.slice(1) : person.name;
    const region = pathOf(household.villageCode).at(-1) ?? '';
    return account(key, { ...person, name }, { role: 'person', regionCode: region });
  });
}

/** Children bear the father's surname: the head's, or the husband's when the head is a married woman. */
function fathersName({ head, members }: HouseholdSpec): string {
  const husband = members.find((m) => m.relation === 'spouse' && m.sex === 'M');
  return husband?.name ?? head.name;
}
