import { accountSchema, homeSchema, meSchema } from '../../../contracts/http/account.ts';
import { problem } from '../../../contracts/problems.ts';
import { maskIdNumber } from '../../../domain/people/masking.ts';
import { defineRoute } from '../../route.ts';
import { knownRegion } from './checks.ts';
import { found, openAccount } from './record.ts';
import { accountView } from './views.ts';

export const getMe = defineRoute({
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

export const setHome = defineRoute({
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
