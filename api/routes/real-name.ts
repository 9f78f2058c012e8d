import { z } from 'zod';
import { othersAccountSchema, papersBody, realNameCheckSchema } from '../../contracts/http/account.ts';
import { id } from '../../contracts/http/common.ts';
import { fieldProblem, problem } from '../../contracts/problems.ts';
import { normaliseIdNumber } from '../../domain/people/id-number.ts';
import type { AccountRecord } from '../../models/account.ts';
import type { ApiDeps } from '../deps.ts';
import { askRegister, saidByRegister } from '../real-name.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { othersView } from './account/views.ts';
import { found, openAccount } from './account/record.ts';
import { findResident } from './vetting.ts';

/** How an account comes to count as real when the register could not say so at registration. */

const checkRealName = defineRoute({
  method: 'post',
  path: '/v1/me/real-name-checks',
  operationId: 'checkRealName',
  summary: 'Have your name and ID number checked against the register again',
  description: 'While the answer is no, or there is none, a cadre of your township or above can confirm your papers.',
  tags: ['Accounts'],
  access: { signedIn: true, scope: 'none' },
  rate: 'register',
  responses: { 200: realNameCheckSchema },
  problems: ['REAL_NAME_REQUIRED'],
  async handler({ deps, caller, now }) {
    const account = await found(deps, caller.accountId);
    if (account.realName !== undefined) return { status: 200, body: { answer: 'match', realNamed: true } };
    const { name, idNumber } = openAccount(deps, account);
    if (idNumber === null) throw problem('REAL_NAME_REQUIRED');
    const answer = await askRegister(deps, { name, idNumber });
    if (answer === 'match') await deps.models.accounts.confirmName(account._id, saidByRegister(now));
    return { status: 200, body: { answer, realNamed: answer === 'match' } };
  },
});

const confirmRealName = defineRoute({
  method: 'put',
  path: '/v1/accounts/{accountId}/real-name',
  operationId: 'confirmRealName',
  summary: 'Confirm from his papers that somebody is who his account says: for who lives in your region',
  description:
    'You give what the papers say; nothing of the account is shown to you. Not for yourself, your household, or one that you help.',
  tags: ['Accounts'],
  access: { roles: ['cadre', 'operator'], levels: ['township', 'county', 'city', 'province'], scope: 'none' },
  // Few tries: what an account says of itself is not for guessing.
  rate: 'register',
  audit: 'account.realName.confirm',
  personal: 'administration',
  request: { params: z.strictObject({ accountId: id }), body: papersBody },
  responses: { 200: othersAccountSchema },
  problems: ['OWN_ACCOUNT', 'HELPED_HOUSEHOLD', 'REAL_NAME_REQUIRED', 'REAL_NAME_MISMATCH'],
  async handler({ deps, params: { accountId }, body, caller, actor, now }) {
    const account = await findResident(deps, accountId, actor);
    assertSamePerson(deps, account, body);
    const realName = { source: 'papers' as const, by: caller.accountId, at: new Date(now) };
    const changed = (await deps.models.accounts.confirmName(accountId, realName)) ?? (await found(deps, accountId));
    return { status: 200, ...othersView(changed, actor) };
  },
});

/** @throws Problem REAL_NAME_REQUIRED, REAL_NAME_MISMATCH; which of the two differs is not said */
export function assertSamePerson(deps: ApiDeps, account: AccountRecord, papers: z.output<typeof papersBody>): void {
  const { name, idNumber } = openAccount(deps, account);
  if (idNumber === null) throw problem('REAL_NAME_REQUIRED');
  if (papers.name !== name || normaliseIdNumber(papers.idNumber) !== idNumber) {
    throw fieldProblem('REAL_NAME_MISMATCH', '/body', 'the papers are not of whom the account says');
  }
}

export const realNameRoutes: readonly AnyRoute[] = [checkRealName, confirmRealName];
