import { accountSchema, registerSchema } from '../../../contracts/http/account.ts';
import { fieldProblem } from '../../../contracts/problems.ts';
import type { RealName } from '../../../domain/people/real-name.ts';
import type { AccountPersonal, AccountRecord } from '../../../models/account.ts';
import { isDuplicateKey } from '../../../models/command.ts';
import type { ApiDeps } from '../../deps.ts';
import { askRegister, saidByRegister } from '../../real-name.ts';
import { defineRoute } from '../../route.ts';
import { checkedIdNumber, checkedPhone, checkPassword, knownRegion } from './checks.ts';
import { newAccount } from './record.ts';
import { accountView } from './views.ts';

export const register = defineRoute({
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
