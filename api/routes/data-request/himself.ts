import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { verifyPassword } from '../../../infra/passwords.ts';
import { isDuplicateKey } from '../../../models/command.ts';
import type { DataRequestRecord } from '../../../models/data-request.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Caller } from '../../route.ts';
import { found } from '../account/record.ts';
import { isAnothersPhone } from '../sms/phones.ts';

/** A person's own data: a copy of all of it, and its erasure. Both only after he has shown once more who he is. */

export const SIGNED_IN = { signedIn: true, scope: 'own' } as const;
export const DAY_MS = 86_400_000;
export const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

/**
 * Once more: by his password. A household that came in by its number has shown its phone within this half hour, which
 * must be its own.
 * @throws Problem WRONG_CREDENTIALS, DATA_BY_ANOTHERS_PHONE
 */
export async function assertHimself(
  deps: ApiDeps,
  services: { limits: { mayTryPassword(key: string): Promise<void>; wrongPassword(key: string): Promise<void> } },
  { accountId, householdId, byNumber }: Caller,
  password: string | undefined,
): Promise<void> {
  if (byNumber === true && householdId !== null) {
    if (await isAnothersPhone(deps, { householdId, publisherId: null })) throw problem('DATA_BY_ANOTHERS_PHONE');
    return;
  }
  if (password === undefined) throw fieldProblem('INVALID_REQUEST', '/body/password', 'your password, once more');
  const account = await found(deps, accountId);
  await services.limits.mayTryPassword(account.phoneIndex);
  if (await verifyPassword(password, account.passwordHash, deps.config.profile)) return;
  await services.limits.wrongPassword(account.phoneIndex);
  throw fieldProblem('WRONG_CREDENTIALS', '/body/password', 'not your password');
}

/** Inserts it; a repeat of the same request finds it, and a second open one is refused. @throws Problem ALREADY_DONE */
export async function inserted({ models }: ApiDeps, record: DataRequestRecord): Promise<DataRequestRecord> {
  try {
    await models.dataRequests.requests.insertOne(record);
    return record;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const known = await models.dataRequests.find(record._id);
    if (known === null) throw problem('ALREADY_DONE');
    return known;
  }
}
