import { z } from 'zod';
import { lookupSchema, othersAccountSchema } from '../../../contracts/http/account.ts';
import { id } from '../../../contracts/http/common.ts';
import { problem } from '../../../contracts/problems.ts';
import { defineRoute } from '../../route.ts';
import { checkedPhone } from './checks.ts';
import { found } from './record.ts';
import { othersView } from './views.ts';

export const getAccount = defineRoute({
  method: 'get',
  path: '/v1/accounts/{accountId}',
  operationId: 'getAccount',
  summary: 'An account with its grants',
  tags: ['Accounts'],
  access: { roles: ['operator'], scope: 'none' },
  audit: 'account.read',
  personal: 'administration',
  request: { params: z.strictObject({ accountId: id }) },
  responses: { 200: othersAccountSchema },
  async handler({ deps, params, actor }) {
    const account = await found(deps, params.accountId);
    return { status: 200, ...othersView(account, actor) };
  },
});

export const lookUpAccount = defineRoute({
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
