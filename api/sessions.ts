import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { problem } from '../contracts/problems.ts';
import { inForceAt } from '../domain/access/office.ts';
import { normalisePhone } from '../domain/people/phone.ts';
import { verifyPassword } from '../infra/passwords.ts';
import type { AccountAccess, AccountRecord } from '../models/account.ts';
import type { HouseholdRecord } from '../models/household.ts';
import { createMemory } from '../models/memory.ts';
import type { SessionRecord } from '../models/session.ts';
import type { ApiDeps } from './deps.ts';
import type { RateLimits } from './middleware/rate-limits.ts';
import type { Audience, Caller } from './route.ts';
import type { Tokens } from './tokens.ts';

export const ACCESS_SECONDS = 600;
const REFRESH_MS = 30 * 24 * 3_600_000;
/** An answer may get lost: for so long the token before the latest gets that same latest one again. */
const LOST_ANSWER_MS = 10_000;
/** Revocation takes effect within a second everywhere: nothing older than this is believed. */
const BELIEVED_MS = 900;
const REMEMBERED = 20_000;
/** A household's visit by number and code, and that of somebody whose account is frozen. */
const VISIT_SECONDS = 1800;

export interface TokenPair {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly refreshToken: string;
}

export interface Sessions {
  /**
   * Who a token stands for, as of at most a second ago. `evenFrozen`: the route is one of FROZEN_ROUTES.
   * @throws Problem SESSION_ENDED, ACCOUNT_FROZEN
   */
  caller(token: string, audience: Audience, evenFrozen?: boolean): Promise<Caller>;
  /** @throws Problem WRONG_CREDENTIALS, ACCOUNT_FROZEN, TOO_MANY_REQUESTS */
  signIn(phone: string, password: string, device?: string): Promise<{ account: AccountRecord; tokens: TokenPair }>;
  /** A session for somebody who has shown otherwise who he is. @throws Problem SESSION_ENDED, ACCOUNT_FROZEN */
  begin(accountId: string, device?: string): Promise<{ account: AccountRecord; tokens: TokenPair }>;
  /** A short session of a household without an account; it cannot be refreshed. */
  ofHousehold(household: Pick<HouseholdRecord, '_id' | 'phoneIndex'>): Promise<Omit<TokenPair, 'refreshToken'>>;
  /** A short session of a frozen account, for FROZEN_ROUTES alone. @throws Problem WRONG_CREDENTIALS, ACCOUNT_NOT_FROZEN */
  whileFrozen(
    phone: string,
    password: string,
  ): Promise<{ account: AccountRecord; tokens: Omit<TokenPair, 'refreshToken'> }>;
  /** Checks phone and password without making a session. @throws the same */
  check(phone: string, password: string): Promise<AccountRecord>;
  /** A token for one purpose besides the API, with a session of its own that cannot be refreshed. */
  pageToken(accountId: string, audience: Audience, seconds: number): Promise<string>;
  /** Exchanges a refresh token. An older one than the latest ends the whole session. @throws Problem SESSION_ENDED */
  refresh(refreshToken: string): Promise<TokenPair>;
  signOut(sessionId: string): Promise<void>;
  /** Ends all sessions of an account; this process forgets it at once, the others within a second. */
  endAll(accountId: string, because: string): Promise<void>;
}

interface Admitted {
  readonly account: AccountAccess;
  readonly session: SessionRecord;
}

export function createSessions(deps: ApiDeps, tokens: Tokens, limits: RateLimits): Sessions {
  const { models, crypto } = deps;
  const believed = createMemory<Admitted>({ forMs: BELIEVED_MS, most: REMEMBERED });

  /** Account and session as they were at most a second ago; callers at the same time share one look. */
  const access = (accountId: string, sessionId: string): Promise<Admitted> =>
    believed.get(sessionId, () => load(accountId, sessionId));

  async function load(accountId: string, sessionId: string): Promise<Admitted> {
    const [account, session] = await Promise.all([models.accounts.access(accountId), models.sessions.find(sessionId)]);
    if (session?.accountId !== accountId) throw problem('SESSION_ENDED');
    if (session.householdPhone !== undefined) return { account: await household(session), session };
    if (account === null) throw problem('SESSION_ENDED');
    return { account, session };
  }

  /** A household in the place of an account, as long as the register has the phone that the code went to. */
  async function household({ accountId: _id, householdPhone }: SessionRecord): Promise<AccountAccess> {
    const found = await models.households.find(_id);
    if (found === null || found.erasedAt !== null || found.phoneIndex !== householdPhone)
      throw problem('SESSION_ENDED');
    const grant = { id: _id, role: 'household' as const, grantedBy: _id, grantedAt: found.createdAt };
    return { _id, epoch: 0, frozen: null, grants: [grant], householdId: _id, homeRegion: found.villageCode };
  }

  const refreshText = (sessionId: string, generation: number): string => {
    const place = `${sessionId}.${generation}`;
    return `${place}.${crypto.derive.mac('sessionToken', place)}`;
  };

  async function pair(
    account: Pick<AccountRecord, '_id' | 'epoch'>,
    sessionId: string,
    generation: number,
  ): Promise<TokenPair> {
    const claims = { accountId: account._id, sessionId, epoch: account.epoch };
    const accessToken = await tokens.sign(claims, 'api', ACCESS_SECONDS);
    return { accessToken, expiresIn: ACCESS_SECONDS, refreshToken: refreshText(sessionId, generation) };
  }

  /** Without his offices and his household. Once he is let go again he signs in as usual. */
  function frozenCaller({ _id: accountId, frozen }: AccountAccess, { _id: sessionId }: SessionRecord): Caller {
    if (frozen === null) throw problem('SESSION_ENDED');
    return { accountId, householdId: null, homeRegion: null, sessionId, grants: [], frozen: true };
  }

  async function open(
    accountId: string,
    forMs: number,
    device?: string,
    only: Pick<SessionRecord, 'householdPhone' | 'whileFrozen'> = {},
  ): Promise<SessionRecord> {
    const now = new Date(deps.now());
    const expiresAt = new Date(now.getTime() + forMs);
    const ended = { revokedAt: null, revokedBecause: null };
    const mark = device === undefined ? {} : { device: crypto.index.of('device', device) };
    const own = { _id: uuidv7(), accountId, generation: 1, rotatedAt: now, ...mark, ...only };
    const session = { ...own, ...ended, createdAt: now, expiresAt };
    await models.sessions.insert(session);
    return session;
  }

  /** By phone and password, frozen or not. */
  async function known(phoneText: string, password: string): Promise<AccountRecord> {
    const phone = normalisePhone(phoneText);
    // A text that is no phone takes the same way as an unknown one, under a key of its own.
    const marks = crypto.index.candidates('phone', phone ?? createHash('sha256').update(phoneText).digest('hex'));
    const [mark = ''] = marks;
    await limits.mayTryPassword(mark);
    const account = await models.accounts.findByPhone(marks);
    if (!(await verifyPassword(password, account?.passwordHash ?? null, deps.config.profile)) || account === null) {
      await limits.wrongPassword(mark);
      throw problem('WRONG_CREDENTIALS');
    }
    await limits.rightPassword(mark);
    return account;
  }

  async function check(phone: string, password: string): Promise<AccountRecord> {
    const account = await known(phone, password);
    if (account.frozen !== null) throw problem('ACCOUNT_FROZEN');
    return account;
  }

  return {
    check,

    async caller(token, audience, evenFrozen = false) {
      const claims = await tokens.verify(token, audience);
      const { account, session } = await access(claims.accountId, claims.sessionId);
      const whileFrozen = session.whileFrozen === true;
      if (account.frozen !== null && !(whileFrozen && evenFrozen)) throw problem('ACCOUNT_FROZEN');
      if (account.epoch !== claims.epoch || session.revokedAt !== null) throw problem('SESSION_ENDED');
      if (whileFrozen) return frozenCaller(account, session);
      const { _id: accountId, householdId, homeRegion = null } = account;
      const grants = account.grants.filter((grant) => inForceAt(grant, deps.now()));
      const caller = { accountId, householdId, homeRegion, sessionId: session._id, grants };
      return session.householdPhone === undefined ? caller : { ...caller, byNumber: true };
    },

    async begin(accountId, device) {
      const account = await models.accounts.find(accountId);
      if (account === null) throw problem('SESSION_ENDED');
      if (account.frozen !== null) throw problem('ACCOUNT_FROZEN');
      const session = await open(accountId, REFRESH_MS, device);
      return { account, tokens: await pair(account, session._id, 1) };
    },

    async ofHousehold({ _id, phoneIndex }) {
      const { _id: sessionId } = await open(_id, VISIT_SECONDS * 1000, undefined, {
        householdPhone: phoneIndex ?? '',
      });
      const claims = { accountId: _id, sessionId, epoch: 0 };
      return { accessToken: await tokens.sign(claims, 'api', VISIT_SECONDS), expiresIn: VISIT_SECONDS };
    },

    async whileFrozen(phone, password) {
      const account = await known(phone, password);
      if (account.frozen === null) throw problem('ACCOUNT_NOT_FROZEN');
      const { _id: sessionId } = await open(account._id, VISIT_SECONDS * 1000, undefined, { whileFrozen: true });
      const claims = { accountId: account._id, sessionId, epoch: account.epoch };
      const accessToken = await tokens.sign(claims, 'api', VISIT_SECONDS);
      return { account, tokens: { accessToken, expiresIn: VISIT_SECONDS } };
    },

    async signIn(phone, password, device) {
      const account = await check(phone, password);
      const session = await open(account._id, REFRESH_MS, device);
      return { account, tokens: await pair(account, session._id, 1) };
    },

    async pageToken(accountId, audience, seconds) {
      const account = await models.accounts.access(accountId);
      if (account === null) throw problem('SESSION_ENDED');
      const { _id: sessionId } = await open(accountId, seconds * 1000);
      return tokens.sign({ accountId, sessionId, epoch: account.epoch }, audience, seconds);
    },

    async refresh(refreshToken) {
      const { sessionId, generation } = refreshParts(refreshToken);
      const place = `${sessionId}.${generation}`;
      if (!crypto.derive.verify('sessionToken', place, refreshToken.slice(place.length + 1)))
        throw problem('SESSION_ENDED');
      const now = new Date(deps.now());
      const rotated = await models.sessions.rotate(sessionId, generation, now, new Date(now.getTime() + REFRESH_MS));
      const session = rotated ?? (await lostAnswer(sessionId, generation, now));
      const account = await models.accounts.access(session.accountId);
      if (account === null) throw problem('SESSION_ENDED');
      if (account.frozen !== null) throw problem('ACCOUNT_FROZEN');
      return pair(account, sessionId, session.generation);
    },

    async signOut(sessionId) {
      await models.sessions.revoke(sessionId, 'signedOut', new Date(deps.now()));
      believed.forget(sessionId);
    },

    async endAll(accountId, because) {
      await models.sessions.revokeAll(accountId, because, new Date(deps.now()));
      // Sessions are few per account, and this is rare: forget everything rather than keep a second index.
      believed.forget();
    },
  };

  /** A genuine but outdated refresh token: a lost answer right after the exchange, a copied token ever after. */
  async function lostAnswer(sessionId: string, generation: number, now: Date): Promise<SessionRecord> {
    const session = await models.sessions.find(sessionId);
    if (session === null || session.revokedAt !== null || session.expiresAt <= now) throw problem('SESSION_ENDED');
    const sinceExchange = now.getTime() - session.rotatedAt.getTime();
    if (session.generation === generation + 1 && sinceExchange <= LOST_ANSWER_MS) return session;
    await models.sessions.revoke(sessionId, 'refreshTokenReused', now);
    believed.forget(sessionId);
    deps.log.warn({ sessionId, accountId: session.accountId }, 'an old refresh token was used: the session was ended');
    throw problem('SESSION_ENDED');
  }
}

function refreshParts(token: string): { sessionId: string; generation: number } {
  const [, sessionId, generation] = /^([0-9a-f-]{36})\.(\d{1,9})\.[\w-]{43}$/.exec(token) ?? [];
  if (sessionId === undefined || generation === undefined) throw problem('SESSION_ENDED');
  return { sessionId, generation: Number(generation) };
}
