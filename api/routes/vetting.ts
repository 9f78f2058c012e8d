import { z } from 'zod';
import { othersAccountSchema, vettingSchema } from '../../contracts/http/account.ts';
import { id } from '../../contracts/http/common.ts';
import { fieldProblem, problem } from '../../contracts/problems.ts';
import { papersRefusal } from '../../domain/access/office.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import { pathOf } from '../../domain/region/region.ts';
import type { ApiDeps } from '../deps.ts';
import { assertRealName } from '../real-name.ts';
import { othersView } from './account/views.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { tiedTo } from '../ties.ts';

/**
 * Whoever would meet a child is looked into first, by the county where he lives: the certificate that he may work with
 * minors is shown there on paper, and only who looked, and until when it counts, is kept.
 */

const params = z.strictObject({ accountId: id });
const LONGEST_MS = 366 * 86_400_000;

/**
 * Somebody who lives in the region of the cadre, for an operator anybody: neither himself, nor of his household or one that
 * he helps. @throws Problem NOT_FOUND, OWN_ACCOUNT, HELPED_HOUSEHOLD
 */
export async function findResident(deps: ApiDeps, accountId: string, actor: Actor) {
  const refusal = papersRefusal(await tiedTo(deps, actor, accountId), accountId);
  const account = await deps.models.accounts.find(accountId);
  const home = account?.homeRegion ?? null;
  const here = actor.role === 'operator' || (home !== null && pathOf(home).includes(actor.regionCode ?? ''));
  if (refusal === 'OWN_ACCOUNT' && accountId === actor.id) throw problem(refusal);
  if (account === null || !here) throw problem('NOT_FOUND');
  if (refusal !== null) throw problem(refusal);
  return account;
}

const vetAccount = defineRoute({
  method: 'put',
  path: '/v1/accounts/{accountId}/vetting',
  operationId: 'vetAccount',
  summary: 'Say that somebody may meet children, until when; null takes it back',
  tags: ['Accounts'],
  access: { roles: ['cadre', 'operator'], levels: ['county', 'city', 'province'], scope: 'none' },
  audit: 'account.vet',
  personal: 'administration',
  request: { params, body: vettingSchema },
  responses: { 200: othersAccountSchema },
  problems: ['OWN_ACCOUNT', 'HELPED_HOUSEHOLD', 'REAL_NAME_REQUIRED', 'REAL_NAME_UNCONFIRMED'],
  async handler({ deps, params: { accountId }, body, caller, actor, now }) {
    const account = await findResident(deps, accountId, actor);
    assertRealName(account);
    const until = body.until === null ? null : new Date(`${body.until}T23:59:59+08:00`);
    if (until !== null && (until.getTime() <= now || until.getTime() > now + LONGEST_MS)) {
      throw fieldProblem('INVALID_REQUEST', '/body/until', 'must lie ahead, within a year');
    }
    const vetting = until === null ? null : { by: caller.accountId, at: new Date(now), until };
    const changed = await deps.models.accounts.vet(accountId, vetting);
    if (changed === null) throw problem('NOT_FOUND');
    return { status: 200, ...othersView(changed, actor) };
  },
});

export const vettingRoutes: readonly AnyRoute[] = [vetAccount];
