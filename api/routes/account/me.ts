import { accountSchema, homeSchema, meSchema } from '../../../contracts/http/account.ts';
import { problem } from '../../../contracts/problems.ts';
import { homeFixedUntil } from '../../../domain/people/home.ts';
import { maskIdNumber } from '../../../domain/people/masking.ts';
import type { AccountRecord } from '../../../models/account.ts';
import { defineRoute } from '../../route.ts';
import { knownRegion } from './checks.ts';
import { found, openAccount } from './record.ts';
import { accountView } from './views.ts';

const mine = (account: AccountRecord) => ({ status: 200 as const, etag: account.rev, body: accountView(account) });

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
  description:
    'The first time at once; after that only when the policy’s days are over: the refusal HOME_CHANGED_LATELY names the ' +
    'instant in `changeableFrom`.',
  responses: { 200: accountSchema },
  problems: ['REGION_UNKNOWN', 'HOME_CHANGED_LATELY', 'VERSION_MISMATCH'],
  audit: 'account.home',
  async handler({ deps, caller, body, now }) {
    const homeRegion = knownRegion(deps, body.homeRegion);
    const before = await found(deps, caller.accountId);
    if ((before.homeRegion ?? null) === homeRegion) return mine(before);
    const { shared, need } = deps.reference.currentPolicy(now);
    const since = before.homeSince?.getTime() ?? null;
    const fixedUntil = homeFixedUntil(since, need.homeChangeDays, { now, dayMs: shared.time.dayMs });
    if (fixedUntil !== null) {
      throw problem('HOME_CHANGED_LATELY', { members: { changeableFrom: new Date(fixedUntil).toISOString() } });
    }
    const account = await deps.models.accounts.settle(before, homeRegion, new Date(now));
    if (account === null) throw problem('VERSION_MISMATCH');
    return mine(account);
  },
});
