import { preferenceBody } from '../../../contracts/http/sms.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute, type Caller } from '../../route.ts';
import { householdPhone } from './phones.ts';

/** The phone whose messages the caller decides about: his household's, else his own. */
async function phoneIndexOf(deps: ApiDeps, caller: Caller): Promise<string | null> {
  const phone = caller.householdId === null ? null : await householdPhone(deps, caller.householdId);
  if (phone !== null) return deps.crypto.index.of('phone', phone);
  return (await deps.models.accounts.find(caller.accountId))?.phoneIndex ?? null;
}

const getPreference = defineRoute({
  method: 'get',
  path: '/v1/my/sms-preference',
  operationId: 'getSmsPreference',
  summary: 'Which text messages your household’s registered phone gets',
  tags: ['Text messages'],
  access: { signedIn: true, scope: 'own' },
  responses: { 200: preferenceBody },
  async handler({ deps, caller }) {
    const index = await phoneIndexOf(deps, caller);
    return { status: 200, body: { wanted: index === null ? 'none' : await deps.models.sms.wanted([index]) } };
  },
});

const setPreference = defineRoute({
  method: 'put',
  path: '/v1/my/sms-preference',
  operationId: 'setSmsPreference',
  summary: 'Say which text messages you want; the same as texting 退订 or 订阅',
  tags: ['Text messages'],
  access: { signedIn: true, scope: 'own' },
  request: { body: preferenceBody },
  responses: { 200: preferenceBody },
  async handler({ deps, caller, body, now }) {
    const index = await phoneIndexOf(deps, caller);
    if (index !== null) await deps.models.sms.want(index, body.wanted, new Date(now));
    return { status: 200, body };
  },
});

export const preferenceRoutes: readonly AnyRoute[] = [getPreference, setPreference];
