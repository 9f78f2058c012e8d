import { z } from 'zod';
import { freezeSchema, othersAccountSchema } from '../../../contracts/http/account.ts';
import { id } from '../../../contracts/http/common.ts';
import { problem } from '../../../contracts/problems.ts';
import { isUnder, mayUnfreeze } from '../../../domain/access/office.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import type { AccountRecord } from '../../../models/account.ts';
import type { ApiDeps } from '../../deps.ts';
import { rerouteWorkOf } from '../../reroute.ts';
import { defineRoute } from '../../route.ts';
import { notOwn } from './checks.ts';
import { found } from './record.ts';
import { othersView } from './views.ts';

const accountParams = z.strictObject({ accountId: id });

/** Operators, and the cadres above everybody under them. */
const ABOVE = {
  roles: ['operator', 'cadre'],
  levels: ['township', 'county', 'city', 'province'],
  scope: 'region',
} as const;

/** @throws Problem NOT_FOUND for who is not under the caller, FROZEN_FROM_ABOVE for who was frozen by somebody above him */
async function foundUnder(deps: ApiDeps, actor: Actor, accountId: string): Promise<AccountRecord> {
  const account = await found(deps, accountId);
  if (actor.role !== 'operator' && !isUnder(actor, account.grants)) throw problem('NOT_FOUND');
  if (account.frozen !== null && !mayUnfreeze(actor, account.frozen)) throw problem('FROZEN_FROM_ABOVE');
  return account;
}

export const freeze = defineRoute({
  method: 'post',
  path: '/v1/accounts/{accountId}/freeze',
  operationId: 'freezeAccount',
  summary: 'Freeze an account: its sessions end within a second, everywhere; he may read why, and contest it',
  tags: ['Accounts'],
  access: ABOVE,
  audit: 'account.freeze',
  personal: 'administration',
  request: { params: accountParams, body: freezeSchema },
  responses: { 200: othersAccountSchema },
  problems: ['OWN_ACCOUNT', 'FROZEN_FROM_ABOVE'],
  async handler({ deps, services, params, body, caller, actor, now }) {
    notOwn(caller.accountId, params.accountId);
    await foundUnder(deps, actor, params.accountId);
    const level = actor.role === 'operator' ? ('operator' as const) : actor.level;
    const frozen = {
      at: new Date(now),
      by: caller.accountId,
      reason: body.reason,
      ...(level !== undefined && { level }),
      ...(actor.role === 'cadre' && actor.regionCode !== undefined && { regionCode: actor.regionCode }),
    };
    const account = await deps.models.accounts.freeze(params.accountId, frozen);
    if (account === null) throw problem('NOT_FOUND');
    await services.sessions.endAll(params.accountId, 'frozen');
    await deps.models.accounts.endStandIns(params.accountId);
    await rerouteWorkOf(deps, account);
    return { status: 200, ...othersView(account, actor) };
  },
});

export const unfreeze = defineRoute({
  method: 'post',
  path: '/v1/accounts/{accountId}/unfreeze',
  operationId: 'unfreezeAccount',
  summary: 'Let a frozen account sign in again; not below the level that froze it',
  tags: ['Accounts'],
  access: ABOVE,
  audit: 'account.unfreeze',
  personal: 'administration',
  request: { params: accountParams },
  responses: { 200: othersAccountSchema },
  problems: ['OWN_ACCOUNT', 'FROZEN_FROM_ABOVE'],
  async handler({ deps, params, caller, actor }) {
    notOwn(caller.accountId, params.accountId);
    await foundUnder(deps, actor, params.accountId);
    const account = await deps.models.accounts.unfreeze(params.accountId);
    if (account === null) throw problem('NOT_FOUND');
    return { status: 200, ...othersView(account, actor) };
  },
});
