import { problem } from '../../../contracts/problems.ts';
import { maskPhone, publicName } from '../../../domain/people/masking.ts';
import type { RealName } from '../../../domain/people/real-name.ts';
import { GONE_NAME } from '../../../domain/retention/classes.ts';
import type { Sealed } from '../../../infra/crypto/index.ts';
import { hashPassword } from '../../../infra/passwords.ts';
import type { AccountPersonal, AccountRecord } from '../../../models/account.ts';
import type { ApiDeps } from '../../deps.ts';

/** An account's record: made, found, opened. */

export const place = (accountId: string) => ({ collection: 'accounts', id: accountId, field: 'sealed' });

interface NewAccount {
  readonly id: string;
  readonly kind: AccountRecord['kind'];
  readonly personal: AccountPersonal;
  readonly homeRegion?: string | null;
  readonly realName?: RealName | undefined;
  readonly password: string;
  readonly now: number;
}

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
    ...(homeRegion !== null && { homeSince: at }),
    householdId: null,
    createdAt: at,
    updatedAt: at,
  };
}

export async function found({ models }: ApiDeps, accountId: string): Promise<AccountRecord> {
  const account = await models.accounts.find(accountId);
  if (account === null) throw problem('NOT_FOUND');
  return account;
}

/** Its personal fields in clear, for their owner himself; of an erased one a placeholder. */
export const openAccount = ({ crypto }: Pick<ApiDeps, 'crypto'>, account: AccountRecord): AccountPersonal =>
  (account.sealed as Sealed).key === null
    ? { name: GONE_NAME, phone: '', idNumber: null }
    : crypto.fields.open<AccountPersonal>(place(account._id), account.sealed as Sealed);
