import { parse } from 'csv-parse/sync';
import { readFileSync, readdirSync } from 'node:fs';
import type { NeedKind } from '../../domain/need/kind.ts';
import type { Posting } from '../../domain/need/posting.ts';
import type { Policy } from '../../domain/policy.ts';

/** The sample needs, their households and the accounts of the demo, as their files have them. */

export const read = (path: string): string => readFileSync(new URL(`../../data/${path}`, import.meta.url), 'utf8');
export const json = <T>(path: string): T => JSON.parse(read(path)) as T;

export interface SampleNeed extends Omit<Posting, 'photos' | 'consent'> {
  key: string;
  villageCode: string;
  householdNumber: string;
  publisher: string;
  kind: NeedKind;
  lines: { name: string; unit: string; quantity: number; unitPriceFen: number; condition: string }[];
  photos: { photoSeed: string; caption: string }[];
  consent: { kind: string; reference: string; sensitive: boolean; guardian: boolean };
  expect:
    | { refusedAtPosting: string; why: string }
    | { story: string; stage: string; via: string[]; route: string[]; reason?: string };
}

export interface Account {
  key: string;
  phone: string;
  name: string;
  idNumber: string;
  grants: { role: string; level?: string; regionCode?: string; householdNumber?: string }[];
}

export const COUNTIES = ['360735', '360781', '420921', '431024', '621224', '422801'];

export const needs = readdirSync(new URL('../../data/needs/', import.meta.url))
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => read(`needs/${name}`).trim().split('\n'))
  .map((line) => JSON.parse(line) as SampleNeed);
export const households = new Map(
  parse<Record<string, string>>(read('needs/households.csv'), { columns: true }).map((h) => [
    h['householdNumber'] ?? '',
    h,
  ]),
);
export const { accounts } = json<{ accounts: Account[] }>('demo-accounts.json');
export const accountOf = new Map(accounts.map((a) => [a.key, a]));
export const policy = json<Policy>('policies/default.json');

/** Of a row of the register, beside its head. */
export const membersOf = (row: Record<string, string>): { relation: string; name: string; birthDate: string }[] =>
  (row['members'] ?? '')
    .split(';')
    .filter((m) => m !== '')
    .map((m) => {
      const [relation = '', name = '', birthDate = ''] = m.split('|');
      return { relation, name, birthDate };
    });
