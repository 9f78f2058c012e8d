import { refreshSchema, sessionSchema, signInSchema, tokensSchema } from '../../contracts/http/session.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { accountView } from './account.ts';

const signIn = defineRoute({
  method: 'post',
  path: '/v1/sessions',
  operationId: 'signIn',
  summary: 'Sign in with phone and password',
  tags: ['Sessions'],
  access: { public: true },
  idempotency: { none: 'A repeat only makes another session, and tokens should not be kept for repeats.' },
  rate: 'signIn',
  request: { body: signInSchema },
  responses: { 201: sessionSchema },
  problems: ['WRONG_CREDENTIALS', 'ACCOUNT_FROZEN'],
  async handler({ body, services }) {
    const { account, tokens } = await services.sessions.signIn(body.phone, body.password, body.device);
    return { status: 201, body: { ...tokens, account: accountView(account) } };
  },
});

const refresh = defineRoute({
  method: 'post',
  path: '/v1/sessions/refresh',
  operationId: 'refreshSession',
  summary: 'Exchange the refresh token for new tokens',
  description:
    'Each refresh token is good once (for ten seconds more, the same new one comes again: an answer may get lost). ' +
    'Using an older one ends the session, because it must have been copied.',
  tags: ['Sessions'],
  access: { public: true },
  idempotency: { none: 'Within ten seconds a repeat gets the same refresh token; later it is treated as theft.' },
  rate: 'signIn',
  request: { body: refreshSchema },
  responses: { 200: tokensSchema },
  problems: ['SESSION_ENDED', 'ACCOUNT_FROZEN'],
  async handler({ body, services }) {
    return { status: 200, body: await services.sessions.refresh(body.refreshToken) };
  },
});

const signOut = defineRoute({
  method: 'delete',
  path: '/v1/sessions/current',
  operationId: 'signOut',
  summary: 'Sign out: access and refresh token stop working within a second',
  tags: ['Sessions'],
  access: { signedIn: true, scope: 'none' },
  idempotency: { none: 'Signing out twice changes nothing.' },
  responses: { 204: null },
  async handler({ caller, services }) {
    await services.sessions.signOut(caller.sessionId);
    return { status: 204 };
  },
});

export const sessionRoutes: readonly AnyRoute[] = [signIn, refresh, signOut];
