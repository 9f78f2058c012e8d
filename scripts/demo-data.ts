import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { v5 as uuidv5 } from 'uuid';
import { importFile } from '../activities/import-households.ts';
import { maskPhone, publicName } from '../domain/people/masking.ts';
import type { Level, Role } from '../domain/kernel/types.ts';
import type { Config } from '../infra/config.ts';
import type { Crypto } from '../infra/crypto/index.ts';
import { hashPassword } from '../infra/passwords.ts';
import { loadReference } from '../infra/reference.ts';
import type { AccountRecord } from '../models/account.ts';
import type { GrantRecord } from '../models/account-offices.ts';
import type { Models } from '../models/index.ts';

/** A fictional person of data/demo-accounts.json. */
interface DemoAccount {
  readonly key: string;
  readonly phone: string;
  readonly name: string;
  readonly idNumber: string;
  readonly organisation?: string;
  readonly homeRegion?: string;
  readonly grants: readonly DemoGrant[];
}

interface DemoGrant {
  readonly role: Exclude<Role, 'clock' | 'system'>;
  readonly level?: Level;
  readonly regionCode?: string;
  readonly householdNumber?: string;
}

export interface DemoDataDeps {
  readonly config: Pick<Config, 'profile'>;
  readonly models: Models;
  readonly crypto: Crypto;
  readonly progress: (line: string) => void;
}

/** Demo accounts have the same id everywhere: a version-5 UUID of their key. */
export const demoAccountId = (key: string): string => uuidv5(key, '6d1a3a6c-6f8e-4b53-9a64-2d6b7d2b1f10');

const SETTING = 'demoData';
const FILES = ['demo-accounts.json', 'needs/households.csv'] as const;
const read = (name: string): Buffer => readFileSync(new URL(`../data/${name}`, import.meta.url));

/** Puts the people of the demo in: staff and donors first, then the register, then the people of its households. */
export async function loadDemoData(deps: DemoDataDeps): Promise<void> {
  const { models, progress } = deps;
  const version = createHash('sha256');
  for (const name of FILES) version.update(read(name));
  const wanted = version.digest('hex');
  if ((await models.settings.get(SETTING)) === wanted) return;

  const { accounts, password } = JSON.parse(read('demo-accounts.json').toString()) as {
    accounts: DemoAccount[];
    password: string;
  };
  // One hash for all: they are fictional and share their password, and 300 slow hashes would delay the first start.
  const passwordHash = await hashPassword(password, deps.config.profile);
  const ofHousehold = (account: DemoAccount): boolean => account.grants.some(({ householdNumber }) => householdNumber);
  await insertAccounts(
    deps,
    passwordHash,
    accounts.filter((account) => !ofHousehold(account)),
  );
  const households = await importRegister(deps);
  await insertAccounts(deps, passwordHash, accounts.filter(ofHousehold));
  await models.settings.set(SETTING, wanted);
  progress(`${accounts.length} demo accounts and ${households} households are there`);
}

async function importRegister({ config, models, crypto }: DemoDataDeps): Promise<number> {
  const { profile } = config;
  const deps = { models, crypto, reference: loadReference({ profile }), profile };
  const run = { _id: 'demo', dryRun: false, regionCode: null };
  const { counts, failure, errors } = await importFile(deps, run, oneBuffer(read('needs/households.csv')));
  if (failure === null && counts.failed === 0) return counts.rows;
  throw new Error(`the demo register does not come in: ${failure ?? JSON.stringify(errors.slice(0, 5))}`);
}

async function* oneBuffer(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function insertAccounts(deps: DemoDataDeps, passwordHash: string, demo: readonly DemoAccount[]): Promise<void> {
  const { accounts } = deps.models.accounts;
  const { households } = deps.models.households;
  const present = await accounts.find({ _id: { $in: demo.map(({ key }) => demoAccountId(key)) } }).toArray();
  const known = new Set(present.map(({ _id }) => _id));
  const missing = demo.filter(({ key }) => !known.has(demoAccountId(key)));
  const numbers = missing.flatMap(({ grants }) => grants.flatMap(({ householdNumber }) => householdNumber ?? []));
  const found = await households.find({ number: { $in: numbers } }, { projection: { number: 1 } }).toArray();
  const idOf = new Map(found.map(({ _id, number }) => [number, _id]));
  const records = missing.map((account) => record(deps.crypto, account, passwordHash, idOf));
  if (records.length > 0) await accounts.insertMany(records);
}

function record(
  crypto: Crypto,
  { key, name, phone, idNumber, organisation, homeRegion, grants }: DemoAccount,
  passwordHash: string,
  households: ReadonlyMap<string, string>,
): AccountRecord {
  const _id = demoAccountId(key);
  const now = new Date();
  const number = grants.find(({ householdNumber }) => householdNumber)?.householdNumber;
  return {
    _id,
    rev: 1,
    kind: grants.some(({ role }) => role === 'donor') ? 'donor' : 'person',
    phoneIndex: crypto.index.of('phone', phone),
    idNumberIndex: crypto.index.of('idNumber', idNumber),
    realName: { source: 'register', by: null, at: now },
    sealed: crypto.fields.seal({ collection: 'accounts', id: _id, field: 'sealed' }, { name, phone, idNumber }),
    maskedPhone: maskPhone(phone),
    publicName: organisation ?? publicName(name),
    passwordHash,
    epoch: 1,
    frozen: null,
    // Everybody may act as a person without a grant.
    grants: grants.filter(({ role }) => role !== 'person').map((grant, i) => grantRecord(key, grant, i, now)),
    // A household's number begins with the code of its village.
    homeRegion: homeRegion ?? number?.slice(0, 12) ?? null,
    householdId: number === undefined ? null : (households.get(number) ?? null),
    createdAt: now,
    updatedAt: now,
  };
}

const grantRecord = (key: string, { role, level, regionCode }: DemoGrant, i: number, now: Date): GrantRecord => ({
  id: demoAccountId(`${key}/grant/${i}`),
  role,
  ...(level !== undefined && { level }),
  ...(regionCode !== undefined && { regionCode }),
  grantedBy: demoAccountId('operator-1'),
  grantedAt: now,
});
