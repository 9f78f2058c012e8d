import { z } from 'zod';
import { newGrantSchema, othersAccountSchema } from '../../../contracts/http/account.ts';
import { id } from '../../../contracts/http/common.ts';
import { problem } from '../../../contracts/problems.ts';
import { lentInVain } from '../../../domain/access/office.ts';
import type { AccountRecord } from '../../../models/account.ts';
import type { GrantRecord } from '../../../models/account-offices.ts';
import type { ApiDeps } from '../../deps.ts';
import { rerouteWorkOf } from '../../reroute.ts';
import { defineRoute } from '../../route.ts';
import { checkOffice, notOwn } from './checks.ts';
import { found } from './record.ts';
import { othersView } from './views.ts';

export const grantRole = defineRoute({
  method: 'post',
  path: '/v1/accounts/{accountId}/grants',
  operationId: 'grantRole',
  summary: 'Appoint: give an account a role, level and region',
  tags: ['Accounts'],
  access: { roles: ['operator'], scope: 'none' },
  audit: 'account.grant',
  personal: 'administration',
  request: { params: z.strictObject({ accountId: id }), body: newGrantSchema },
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

export const withdrawRole = defineRoute({
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
    const left = grant === undefined ? account : await afterOffice(deps, account, grant);
    return { status: 200, ...othersView(left, actor) };
  },
});

/**
 * Who has left an office has nobody who decides there in his place, stands in for nobody where he is no cadre any more,
 * and helps no household as its helper.
 */
async function afterOffice(deps: ApiDeps, account: AccountRecord, grant: GrantRecord): Promise<AccountRecord> {
  const { accounts } = deps.models;
  if (grant.role === 'cadre' && grant.standsInFor === undefined) await accounts.endStandIns(account._id, grant);
  if (grant.role === 'helper' && grant.regionCode !== undefined) {
    const elsewhere = account.grants
      .filter(({ role }) => role === 'helper')
      .flatMap(({ regionCode }) => regionCode ?? []);
    await deps.models.households.leaveHelped(account._id, grant.regionCode, elsewhere);
  }
  const lent = lentInVain(account.grants);
  const ids = lent.map(({ id: grantId }) => grantId);
  const left = lent.length === 0 ? account : ((await accounts.dropGrants(account._id, ids)) ?? account);
  await rerouteWorkOf(deps, { ...left, grants: [grant, ...lent] });
  return left;
}
