import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import type { grantSchema } from '../../contracts/http/account.ts';
import {
  accountSchema,
  freezeSchema,
  homeSchema,
  lookupSchema,
  meSchema,
  othersAccountSchema,
  newGrantSchema,
  registerSchema,
} from '../../contracts/http/account.ts';
import { fieldProblem, problem } from '../../contracts/problems.ts';
import { shownTo } from '../../domain/access/disclosure.ts';
import { isUnder } from '../../domain/access/office.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import { GONE_NAME } from '../../domain/retention/classes.ts';
import { birthDateOf, idNumberFault, isFictional, normaliseIdNumber } from '../../domain/people/id-number.ts';
import { maskIdNumber, maskPhone, publicName } from '../../domain/people/masking.ts';
import { realNameFault, type RealName } from '../../domain/people/real-name.ts';
import { normalisePhone } from '../../domain/people/phone.ts';
import { isRegionCode, levelOf } from '../../domain/region/region.ts';
import type { Sealed } from '../../infra/crypto/index.ts';
import { hashPassword } from '../../infra/passwords.ts';
import type { AccountPersonal, AccountRecord, GrantRecord } from '../../models/account.ts';
import { isDuplicateKey } from '../../models/command.ts';
import type { ApiDeps } from '../deps.ts';
import { askRegister, saidByRegister } from '../real-name.ts';
import { rerouteWorkOf } from '../reroute.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

const accountParams = z.strictObject({ accountId: id });
export const place = (accountId: string) => ({ collection: 'accounts', id: accountId, field: 'sealed' });

const grantView = ({ grantedBy: _, grantedAt, from, until, ...grant }: GrantRecord): z.output<typeof grantSchema> => ({
  ...grant,
  ...(from !== undefined && { from: from.toISOString() }),
  ...(until !== undefined && { until: until.toISOString() }),
  grantedAt: grantedAt.toISOString(),
});

/** An account as operators and its owner see it: nothing that the seal protects. */
export const accountView = (account: AccountRecord): z.output<typeof accountSchema> => ({
  id: account._id,
  kind: account.kind,
  publicName: account.publicName,
  maskedPhone: account.maskedPhone,
  frozen: account.frozen !== null,
  homeRegion: account.homeRegion ?? null,
  vettedUntil: account.vetting?.until.toISOString() ?? null,
  realNamed: realNameFault(account) === null,
  householdId: account.householdId,
  grants: account.grants.map(grantView),
  createdAt: account.createdAt.toISOString(),
});

const register = defineRoute({
  method: 'post',
  path: '/v1/accounts',
  operationId: 'register',
  summary: 'Register as a donor or as a person',
  tags: ['Accounts'],
  access: { public: true },
  rate: 'register',
  request: { body: registerSchema },
  responses: { 201: accountSchema },
  problems: [
    'PHONE_TAKEN',
    'ID_NUMBER_TAKEN',
    'PHONE_INVALID',
    'ID_NUMBER_INVALID',
    'FICTIONAL_ID_NUMBER',
    'PASSWORD_TOO_WEAK',
  ],
  async handler({ body, deps, now, newId }) {
    const personal: AccountPersonal = {
      name: body.name,
      phone: checkedPhone(body.phone),
      idNumber: body.idNumber === undefined ? null : checkedIdNumber(body.idNumber, deps, now),
    };
    checkPassword(body.password, personal.phone);
    const homeRegion = knownRegion(deps, body.homeRegion);
    const account = await newAccount(deps, {
      id: newId('account'),
      kind: body.kind,
      personal,
      homeRegion,
      realName: await realNameOf(deps, personal, now),
      password: body.password,
      now,
    });
    return { status: 201, etag: 1, headers: { Location: '/v1/me' }, body: accountView(await inserted(deps, account)) };
  },
});

/** A number that does not fit the name is kept, for the papers to be seen: the account just does not count as real yet. */
async function realNameOf(
  deps: ApiDeps,
  { name, idNumber }: AccountPersonal,
  now: number,
): Promise<RealName | undefined> {
  const fits = idNumber !== null && (await askRegister(deps, { name, idNumber })) === 'match';
  return fits ? saidByRegister(now) : undefined;
}

/** @throws Problem PHONE_INVALID */
export function checkedPhone(text: string, pointer = '/body/phone'): string {
  const phone = normalisePhone(text);
  if (phone === null) throw fieldProblem('PHONE_INVALID', pointer, 'not a mobile number of mainland China');
  return phone;
}

function checkedIdNumber(text: string, { config }: ApiDeps, now: number): string {
  const idNumber = normaliseIdNumber(text);
  const fault = idNumberFault(idNumber);
  if (fault !== null) throw fieldProblem('ID_NUMBER_INVALID', '/body/idNumber', fault);
  if ((birthDateOf(idNumber) ?? '') > new Date(now).toISOString().slice(0, 10)) {
    throw fieldProblem('ID_NUMBER_INVALID', '/body/idNumber', 'birthDate');
  }
  if (isFictional(idNumber) && config.profile === 'production') {
    throw fieldProblem('FICTIONAL_ID_NUMBER', '/body/idNumber', 'the prefix 99 is for samples');
  }
  return idNumber;
}

function checkPassword(password: string, phone: string): void {
  const weak = new Set(password).size < 4 || password.includes(phone) || /^\d{0,9}$/.test(password);
  if (weak) throw fieldProblem('PASSWORD_TOO_WEAK', '/body/password', 'too few different characters, or a number only');
}

interface NewAccount {
  readonly id: string;
  readonly kind: AccountRecord['kind'];
  readonly personal: AccountPersonal;
  readonly homeRegion?: string | null;
  readonly realName?: RealName | undefined;
  readonly password: string;
  readonly now: number;
}

/** Its personal fields in clear, for their owner himself; of an erased one a placeholder. */
export const openAccount = ({ crypto }: Pick<ApiDeps, 'crypto'>, account: AccountRecord): AccountPersonal =>
  (account.sealed as Sealed).key === null
    ? { name: GONE_NAME, phone: '', idNumber: null }
    : crypto.fields.open<AccountPersonal>(place(account._id), account.sealed as Sealed);

/** A new account's record, its personal fields sealed. Numbers must be checked and normalised before. */
export async function newAccount(
  { crypto, config }: Pick<ApiDeps, 'crypto' | 'config'>,
  { id: _id, kind, personal, homeRegion = null, realName, password, now }: NewAccount,
): Promise<AccountRecord> {
  const at = new Date(now);
  const { name, phone, idNumber } = personal;
  return {
    _id,
    rev: 1,
    kind,
    phoneIndex: crypto.index.of('phone', phone),
    ...(idNumber !== null && { idNumberIndex: crypto.index.of('idNumber', idNumber) }),
    ...(realName !== undefined && { realName }),
    sealed: crypto.fields.seal(place(_id), personal),
    maskedPhone: maskPhone(phone),
    publicName: publicName(name),
    passwordHash: await hashPassword(password, config.profile),
    epoch: 1,
    frozen: null,
    grants: kind === 'donor' ? [{ id: _id, role: 'donor', grantedBy: _id, grantedAt: at }] : [],
    homeRegion,
    householdId: null,
    createdAt: at,
    updatedAt: at,
  };
}

/** Inserts, or finds what an interrupted try of the same request has inserted. */
async function inserted({ models }: ApiDeps, account: AccountRecord): Promise<AccountRecord> {
  try {
    await models.accounts.insert(account);
    return account;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const known = await models.accounts.find(account._id);
    if (known !== null) return known;
    const { keyPattern = {} } = error as { keyPattern?: Record<string, unknown> };
    if ('idNumberIndex' in keyPattern) throw fieldProblem('ID_NUMBER_TAKEN', '/body/idNumber', 'registered already');
    throw fieldProblem('PHONE_TAKEN', '/body/phone', 'registered already');
  }
}

const getMe = defineRoute({
  method: 'get',
  path: '/v1/me',
  operationId: 'getMe',
  summary: 'My account and what I may act as',
  tags: ['Accounts'],
  access: { signedIn: true, scope: 'own' },
  responses: { 200: meSchema },
  async handler({ deps, caller }) {
    const account = await found(deps, caller.accountId);
    const { name, idNumber } = openAccount(deps, account);
    const masked = idNumber === null ? null : maskIdNumber(idNumber);
    return { status: 200, etag: account.rev, body: { ...accountView(account), name, maskedIdNumber: masked } };
  },
});

const setHome = defineRoute({
  method: 'put',
  path: '/v1/me/home-region',
  operationId: 'setHomeRegion',
  summary: 'Say where I live: needs of the place and of its partners are open to me first',
  tags: ['Accounts'],
  access: { signedIn: true, scope: 'none' },
  request: { body: homeSchema },
  responses: { 200: accountSchema },
  problems: ['REGION_UNKNOWN'],
  async handler({ deps, caller, body }) {
    const account = await deps.models.accounts.settle(caller.accountId, knownRegion(deps, body.homeRegion));
    if (account === null) throw problem('NOT_FOUND');
    return { status: 200, etag: account.rev, body: accountView(account) };
  },
});

/** @throws Problem REGION_UNKNOWN */
function knownRegion({ reference }: ApiDeps, code: string | null | undefined): string | null {
  if (code == null) return null;
  if (reference.regions.find(code) === null) throw fieldProblem('REGION_UNKNOWN', '/body/homeRegion', 'no such region');
  return code;
}

/** Somebody's account as an answer, with whose it is. */
export const othersView = (account: AccountRecord, actor: Actor) => ({
  etag: account.rev,
  persons: shownTo(actor, { accounts: [account._id] }),
  body: accountView(account),
});

const getAccount = defineRoute({
  method: 'get',
  path: '/v1/accounts/{accountId}',
  operationId: 'getAccount',
  summary: 'An account with its grants',
  tags: ['Accounts'],
  access: { roles: ['operator'], scope: 'none' },
  audit: 'account.read',
  personal: 'administration',
  request: { params: accountParams },
  responses: { 200: othersAccountSchema },
  async handler({ deps, params, actor }) {
    const account = await found(deps, params.accountId);
    return { status: 200, ...othersView(account, actor) };
  },
});

const lookUpAccount = defineRoute({
  method: 'post',
  path: '/v1/accounts/lookup',
  operationId: 'lookUpAccount',
  summary: 'Find an account by its phone',
  description: 'A POST, so that the phone stays out of addresses and logs.',
  tags: ['Accounts'],
  access: { roles: ['operator'], scope: 'none' },
  audit: 'account.lookup',
  personal: 'administration',
  idempotency: { none: 'Reads only.' },
  rate: 'search',
  request: { body: lookupSchema },
  responses: { 200: othersAccountSchema },
  async handler({ deps, body, actor }) {
    const marks = deps.crypto.index.candidates('phone', checkedPhone(body.phone));
    const account = await deps.models.accounts.findByPhone(marks);
    if (account === null) throw problem('NOT_FOUND');
    return { status: 200, ...othersView(account, actor) };
  },
});

const grantRole = defineRoute({
  method: 'post',
  path: '/v1/accounts/{accountId}/grants',
  operationId: 'grantRole',
  summary: 'Appoint: give an account a role, level and region',
  tags: ['Accounts'],
  access: { roles: ['operator'], scope: 'none' },
  audit: 'account.grant',
  personal: 'administration',
  request: { params: accountParams, body: newGrantSchema },
  responses: { 201: othersAccountSchema },
  problems: ['OWN_ACCOUNT', 'GRANT_LEVEL_MISMATCH', 'REGION_UNKNOWN', 'GRANT_EXISTS'],
  async handler({ deps, params, body, caller, now, newId, actor }) {
    notOwn(caller.accountId, params.accountId);
    checkOffice(deps, body);
    await found(deps, params.accountId);
    const grantId = newId('grant');
    const grant: GrantRecord = {
      id: grantId,
      role: body.role,
      ...('level' in body && { level: body.level }),
      ...('regionCode' in body && { regionCode: body.regionCode }),
      grantedBy: caller.accountId,
      grantedAt: new Date(now),
    };
    const householdId = 'householdId' in body ? body.householdId : null;
    const granted =
      (await deps.models.accounts.grant(params.accountId, grant, householdId)) ?? (await found(deps, params.accountId));
    if (householdId !== null) await settleWithHousehold(deps, params.accountId, householdId);
    if (!granted.grants.some((g) => g.id === grantId)) throw problem('GRANT_EXISTS');
    return { status: 201, ...othersView(granted, actor) };
  },
});

async function settleWithHousehold({ models }: ApiDeps, accountId: string, householdId: string): Promise<void> {
  const household = await models.households.find(householdId);
  if (household !== null) await models.accounts.settleWith(accountId, household.villageCode);
}

type NewGrant = z.output<typeof newGrantSchema>;

/** @throws Problem REGION_UNKNOWN, GRANT_LEVEL_MISMATCH */
export function checkOffice({ reference }: ApiDeps, grant: NewGrant): void {
  if (!('regionCode' in grant)) return;
  const { regionCode } = grant;
  if (!isRegionCode(regionCode) || reference.regions.find(regionCode) === null) {
    throw fieldProblem('REGION_UNKNOWN', '/body/regionCode', 'no such region');
  }
  if (grant.role === 'aidUnit' && ['village', 'township'].includes(levelOf(regionCode))) {
    throw fieldProblem('GRANT_LEVEL_MISMATCH', '/body/regionCode', 'expected the code of a county or above');
  }
  const wanted = grant.role === 'cadre' ? grant.level : grant.role === 'pointKeeper' ? 'village' : levelOf(regionCode);
  if (levelOf(regionCode) !== wanted) {
    throw fieldProblem('GRANT_LEVEL_MISMATCH', '/body/regionCode', `expected the code of a ${wanted}`);
  }
}

const withdrawRole = defineRoute({
  method: 'delete',
  path: '/v1/accounts/{accountId}/grants/{grantId}',
  operationId: 'withdrawRole',
  summary: 'Take a grant away',
  tags: ['Accounts'],
  access: { roles: ['operator'], scope: 'none' },
  audit: 'account.withdrawGrant',
  personal: 'administration',
  request: { params: z.strictObject({ accountId: id, grantId: id }) },
  responses: { 200: othersAccountSchema },
  problems: ['OWN_ACCOUNT'],
  async handler({ deps, params, caller, actor }) {
    notOwn(caller.accountId, params.accountId);
    const grant = (await found(deps, params.accountId)).grants.find(({ id: grantId }) => grantId === params.grantId);
    const account = grant === undefined ? null : await deps.models.accounts.withdraw(params.accountId, grant);
    if (account === null) throw problem('NOT_FOUND');
    if (grant !== undefined) await rerouteWorkOf(deps, { ...account, grants: [grant] });
    return { status: 200, ...othersView(account, actor) };
  },
});

/** Operators, and the cadres above everybody under them. */
const ABOVE = {
  roles: ['operator', 'cadre'],
  levels: ['township', 'county', 'city', 'province'],
  scope: 'region',
} as const;

/** @throws Problem NOT_FOUND for who is not under the caller */
async function foundUnder(deps: ApiDeps, actor: Actor, accountId: string): Promise<AccountRecord> {
  const account = await found(deps, accountId);
  if (actor.role !== 'operator' && !isUnder(actor, account.grants)) throw problem('NOT_FOUND');
  return account;
}

const freeze = defineRoute({
  method: 'post',
  path: '/v1/accounts/{accountId}/freeze',
  operationId: 'freezeAccount',
  summary: 'Freeze an account: its sessions end within a second, everywhere',
  tags: ['Accounts'],
  access: ABOVE,
  audit: 'account.freeze',
  personal: 'administration',
  request: { params: accountParams, body: freezeSchema },
  responses: { 200: othersAccountSchema },
  problems: ['OWN_ACCOUNT'],
  async handler({ deps, services, params, body, caller, actor, now }) {
    notOwn(caller.accountId, params.accountId);
    await foundUnder(deps, actor, params.accountId);
    const frozen = { at: new Date(now), by: caller.accountId, reason: body.reason };
    const account = await deps.models.accounts.freeze(params.accountId, frozen);
    if (account === null) throw problem('NOT_FOUND');
    await services.sessions.endAll(params.accountId, 'frozen');
    await deps.models.accounts.endStandIns(params.accountId);
    await rerouteWorkOf(deps, account);
    return { status: 200, ...othersView(account, actor) };
  },
});

const unfreeze = defineRoute({
  method: 'post',
  path: '/v1/accounts/{accountId}/unfreeze',
  operationId: 'unfreezeAccount',
  summary: 'Let a frozen account sign in again',
  tags: ['Accounts'],
  access: ABOVE,
  audit: 'account.unfreeze',
  personal: 'administration',
  request: { params: accountParams },
  responses: { 200: othersAccountSchema },
  problems: ['OWN_ACCOUNT'],
  async handler({ deps, params, caller, actor }) {
    notOwn(caller.accountId, params.accountId);
    await foundUnder(deps, actor, params.accountId);
    const account = await deps.models.accounts.unfreeze(params.accountId);
    if (account === null) throw problem('NOT_FOUND');
    return { status: 200, ...othersView(account, actor) };
  },
});

/** Nobody raises or shuts out himself: so there is always an operator left. */
function notOwn(callerId: string, accountId: string): void {
  if (callerId === accountId) throw problem('OWN_ACCOUNT');
}

export async function found({ models }: ApiDeps, accountId: string): Promise<AccountRecord> {
  const account = await models.accounts.find(accountId);
  if (account === null) throw problem('NOT_FOUND');
  return account;
}

export const accountRoutes: readonly AnyRoute[] = [
  register,
  getMe,
  setHome,
  getAccount,
  lookUpAccount,
  grantRole,
  withdrawRole,
  freeze,
  unfreeze,
];
