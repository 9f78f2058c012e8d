import type { z } from 'zod';
import { askSignInCode, codeSentSchema, codeSignIn } from '../../contracts/http/one-time-code.ts';
import {
  freezeNoticeSchema,
  frozenSessionSchema,
  frozenSignInSchema,
  refreshSchema,
  sessionSchema,
  signInSchema,
  tokensSchema,
} from '../../contracts/http/session.ts';
import { problem } from '../../contracts/problems.ts';
import { contestedOffice } from '../../domain/access/office.ts';
import type { AccountRecord } from '../../models/account.ts';
import { openWithCode, sendCode, signInText } from '../one-time-codes.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { found } from './account/record.ts';
import { accountView } from './account/views.ts';
import { checkedPhone } from './account/checks.ts';

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

/** @throws Problem NOT_FOUND */
function freezeNotice({ frozen }: AccountRecord): z.output<typeof freezeNoticeSchema> {
  if (frozen === null) throw problem('NOT_FOUND');
  const { at, reason, level = null } = frozen;
  return { frozenAt: at.toISOString(), reason, by: level, contest: contestedOffice(frozen) };
}

const signInFrozen = defineRoute({
  method: 'post',
  path: '/v1/sessions/frozen',
  operationId: 'signInFrozen',
  summary: 'Come in for half an hour while your account is frozen: to read why, and to contest it',
  description:
    'The session is good for this alone: why the account is frozen (`getMyFreeze`), a complaint about it and what becomes of ' +
    'that, a copy of your data, and your erasure. Everything else answers ACCOUNT_FROZEN. It ends when the account is let go.',
  tags: ['Sessions'],
  access: { public: true },
  idempotency: { none: 'A repeat only makes another session, and tokens should not be kept for repeats.' },
  rate: 'signIn',
  request: { body: frozenSignInSchema },
  responses: { 201: frozenSessionSchema },
  problems: ['WRONG_CREDENTIALS', 'ACCOUNT_NOT_FROZEN'],
  async handler({ body, services }) {
    const { account, tokens } = await services.sessions.whileFrozen(body.phone, body.password);
    return { status: 201, body: { ...tokens, freeze: freezeNotice(account) } };
  },
});

const getMyFreeze = defineRoute({
  method: 'get',
  path: '/v1/my/freeze',
  operationId: 'getMyFreeze',
  summary: 'Why your account is frozen, by whom, and what a complaint about it names',
  tags: ['Sessions'],
  access: { signedIn: true, scope: 'own' },
  responses: { 200: freezeNoticeSchema },
  async handler({ deps, caller }) {
    return { status: 200, body: freezeNotice(await found(deps, caller.accountId)) };
  },
});

const askCode = defineRoute({
  method: 'post',
  path: '/v1/sessions/codes',
  operationId: 'askSignInCode',
  summary: 'Have a code sent to your phone to sign in with; the answer is the same for phones that nobody has',
  tags: ['Sessions'],
  access: { public: true },
  idempotency: { none: 'Sends another code, within the limits per phone.' },
  rate: 'signIn',
  request: { body: askSignInCode },
  responses: { 202: codeSentSchema },
  problems: ['PHONE_INVALID', 'SMS_OFF'],
  async handler({ deps, services, body }) {
    const phone = checkedPhone(body.phone);
    const account = await deps.models.accounts.findByPhone(deps.crypto.index.candidates('phone', phone));
    const request = { purpose: 'signIn', subject: phone, phone, opens: account?._id ?? null } as const;
    return { status: 202, body: { expiresIn: await sendCode(deps, services, { ...request, text: signInText }) } };
  },
});

const signInByCode = defineRoute({
  method: 'post',
  path: '/v1/sessions/by-code',
  operationId: 'signInByCode',
  summary: 'Sign in with phone and the code that came by text message',
  tags: ['Sessions'],
  access: { public: true },
  idempotency: { none: 'A code is good once.' },
  rate: 'signIn',
  request: { body: codeSignIn },
  responses: { 201: sessionSchema },
  problems: ['PHONE_INVALID', 'CODE_WRONG', 'ACCOUNT_FROZEN'],
  async handler({ deps, services, body }) {
    const subject = checkedPhone(body.phone);
    const accountId = await openWithCode(deps, { purpose: 'signIn', subject, code: body.code });
    const { account, tokens } = await services.sessions.begin(accountId, body.device);
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

export const sessionRoutes: readonly AnyRoute[] = [
  signIn,
  signInFrozen,
  getMyFreeze,
  askCode,
  signInByCode,
  refresh,
  signOut,
];
