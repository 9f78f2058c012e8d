import { z } from 'zod';
import { newStandInSchema, standInSchema, standInsSchema } from '../../contracts/http/account.ts';
import { id } from '../../contracts/http/common.ts';
import { fieldProblem, problem } from '../../contracts/problems.ts';
import { mayStandIn } from '../../domain/access/office.ts';
import type { AccountRecord } from '../../models/account.ts';
import type { GrantRecord } from '../../models/account-offices.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

/** Stand-ins for a leave: who decides in a cadre's place, from when, until when. The record of each decision keeps both. */

const view = (
  account: Pick<AccountRecord, '_id' | 'publicName'>,
  grant: GrantRecord,
): z.input<typeof standInSchema> => ({
  id: grant.id,
  accountId: account._id,
  name: account.publicName,
  level: grant.level ?? 'village',
  regionCode: grant.regionCode ?? '',
  from: (grant.from ?? grant.grantedAt).toISOString(),
  until: (grant.until ?? grant.grantedAt).toISOString(),
});

const nameStandIn = defineRoute({
  method: 'post',
  path: '/v1/my/stand-ins',
  operationId: 'nameStandIn',
  summary: 'Name a cadre of your county who decides in your place during a leave',
  tags: ['Accounts'],
  access: { roles: ['cadre'], scope: 'none' },
  audit: 'account.nameStandIn',
  request: { body: newStandInSchema },
  responses: { 201: standInSchema },
  problems: ['OWN_ACCOUNT', 'STAND_IN_UNFIT', 'GRANT_EXISTS'],
  async handler({ deps, body, caller, actor, now, newId }) {
    const { accountId } = body;
    if (accountId === caller.accountId) throw problem('OWN_ACCOUNT');
    const [from, until] = [new Date(body.from), new Date(body.until)];
    if (until <= from || until.getTime() <= now) throw fieldProblem('INVALID_REQUEST', '/body/until', 'must be later');
    const { level, regionCode } = actor;
    const account = await deps.models.accounts.find(accountId);
    const fit = account !== null && account.frozen === null && mayStandIn(actor, account.grants);
    // Nobody hands on what is lent to himself.
    if (!fit || level === undefined || regionCode === undefined || actor.standsInFor !== undefined) {
      throw fieldProblem('STAND_IN_UNFIT', '/body/accountId', 'must be a cadre of your county, and not frozen');
    }
    const standInId = newId('standIn');
    const office = { id: standInId, role: 'cadre' as const, level, regionCode, standsInFor: caller.accountId };
    const grant: GrantRecord = { ...office, from, until, grantedBy: caller.accountId, grantedAt: new Date(now) };
    await deps.models.accounts.endPastStandIns(accountId, caller.accountId, new Date(now));
    await deps.models.accounts.grant(accountId, grant);
    const kept = (await deps.models.accounts.find(accountId))?.grants.find((g) => g.id === standInId);
    if (kept === undefined) throw problem('GRANT_EXISTS');
    return { status: 201, body: view(account, kept) };
  },
});

const listStandIns = defineRoute({
  method: 'get',
  path: '/v1/my/stand-ins',
  operationId: 'listMyStandIns',
  summary: 'Who stands in for you, and when',
  tags: ['Accounts'],
  access: { roles: ['cadre'], scope: 'own' },
  responses: { 200: standInsSchema },
  async handler({ deps, caller }) {
    const accounts = await deps.models.accounts.standIns(caller.accountId);
    const items = accounts.flatMap((account) =>
      account.grants.filter(({ standsInFor }) => standsInFor === caller.accountId).map((grant) => view(account, grant)),
    );
    return { status: 200, body: { items } };
  },
});

const endStandIn = defineRoute({
  method: 'delete',
  path: '/v1/my/stand-ins/{standInId}',
  operationId: 'endStandIn',
  summary: 'You are back: the stand-in decides no longer',
  tags: ['Accounts'],
  access: { roles: ['cadre'], scope: 'own' },
  audit: 'account.endStandIn',
  request: { params: z.strictObject({ standInId: id }) },
  responses: { 204: null },
  async handler({ deps, params, caller }) {
    if (!(await deps.models.accounts.endStandIn(caller.accountId, params.standInId))) throw problem('NOT_FOUND');
    return { status: 204 };
  },
});

export const standInRoutes: readonly AnyRoute[] = [nameStandIn, listStandIns, endStandIn];
