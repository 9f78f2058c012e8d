/**
 * Makes data/needs/households.csv and data/demo-accounts.json from the people of households.tsv and the needs of
 * data/needs: every run makes the same. Run: npm run sample:build
 */
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { demoAccounts } from './accounts.ts';
import { demoPhone, hash, idNumberFor, personOf, type Person } from './people.ts';

/** A household of households.tsv. */
export interface HouseholdSpec {
  readonly number: string;
  readonly villageCode: string;
  readonly head: Person;
  readonly phone: string;
  readonly members: readonly (Person & { readonly relation: string })[];
  readonly row: Readonly<Record<string, string>>;
}

const data = new URL('../../data/', import.meta.url);
/** The year in which the sample is told; ages in the texts count from it. */
const TOLD_IN = 2026;

const rows = parse<Record<string, string>>(readFileSync(new URL('households.tsv', import.meta.url)), {
  columns: true,
  delimiter: '\t',
  comment: '#',
});
const specs = rows.map((row, i): HouseholdSpec => {
  const number = row['number'] ?? '';
  const members = (row['members'] ?? '').split('; ').filter((m) => m !== '');
  return {
    number,
    villageCode: row['villageCode'] ?? '',
    head: personOf(row['head'] ?? '', number),
    phone: demoPhone(10_001 + i),
    members: members.map((text) => {
      const [relation = '', ...rest] = text.split(':');
      return { relation, ...personOf(rest.join(':'), number) };
    }),
    row,
  };
});
const publishers = new Set(
  readdirSync(new URL('needs/', data))
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(new URL(`needs/${name}`, data), 'utf8').trim().split('\n'))
    .map((line) => (JSON.parse(line) as { publisher: string }).publisher),
);

const accounts = demoAccounts(specs, publishers);
const phoneOf = new Map(accounts.map((account) => [account.key, account.phone]));
writeFileSync(new URL('needs/households.csv', data), stringify(specs.map(registerRow), { header: true }));
writeFileSync(new URL('demo-accounts.json', data), accountsFile());
process.stdout.write(`${specs.length} households, ${accounts.length} accounts\n`);

function registerRow(spec: HouseholdSpec): Record<string, string> {
  const { number, head, row } = spec;
  const property = row['property'] ?? '';
  const monitored = ['unstable', 'borderline', 'suddenHardship'].includes(property);
  const n = hash(number);
  return {
    householdNumber: number,
    villageCode: spec.villageCode,
    headName: head.name,
    headIdNumber: idNumberFor(head, number),
    phone: spec.phone,
    property,
    mainCause: row['mainCause'] ?? '',
    otherCauses: (row['otherCauses'] ?? '').replaceAll(' ', ';'),
    incomePerCapitaYuan: row['incomeYuan'] ?? '',
    identifiedOn: monitored ? `${2021 + (n % 5)}-0${1 + (n % 9)}-15` : `${2014 + (n % 3)}-0${4 + (n % 5)}-30`,
    removedOn: monitored ? '' : `${2018 + (n % 3)}-12-31`,
    helperPhone: phoneOf.get(`helper-${number.slice(0, 6)}-${1 + (Number(number.at(-1)) % 2)}`) ?? '',
    headEducation: education(head, n),
    headHealth: head.health,
    headLabour: labour(head),
    members: spec.members
      .map((m) => [m.relation, m.name, m.birthDate, education(m, n), m.health, labour(m)].join('|'))
      .join(';'),
  };
}

function ageOf(person: Person): number {
  return TOLD_IN - Number(person.birthDate.slice(0, 4));
}

function education(person: Person, n: number): string {
  const age = ageOf(person);
  if (age < 6) return 'none';
  if (age < 12) return 'primary';
  if (age < 15) return 'juniorHigh';
  if (age < 19) return 'seniorHigh';
  if (age > 70) return n % 2 === 0 ? 'none' : 'primary';
  return n % 3 === 0 ? 'primary' : 'juniorHigh';
}

function labour(person: Person): string {
  const age = ageOf(person);
  if (age < 16 || age > 70) return 'none';
  if (person.health === 'disabled' || person.health === 'severe') return 'lost';
  return person.health === 'chronic' || age > 60 ? 'weak' : 'ordinary';
}

function accountsFile(): string {
  const head = {
    version: '2026-01',
    note: 'Fictional people of the demo and development profiles: ID numbers with the prefix 99, phones in the block 139000. Never load them elsewhere.',
    password: 'Bangfu-demo-2026',
  };
  const rows = accounts.map((account) => `    ${JSON.stringify(account)}`).join(',\n');
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "accounts": [\n${rows}\n  ]\n}\n`;
}
