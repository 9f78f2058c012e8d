import { webcrypto } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { problem } from '../contracts/problems.ts';
import type { KeyRing } from '../infra/config.ts';
import type { Audience } from './route.ts';

/** Ids only: what an account may do is read from its record at every request, at most a second old. */
export interface TokenClaims {
  readonly accountId: string;
  readonly sessionId: string;
  /** The account's epoch when the token was made; raising it ends all of the account's tokens at once. */
  readonly epoch: number;
}

export interface Tokens {
  sign(claims: TokenClaims, audience: Audience, seconds: number): Promise<string>;
  /** @throws Problem SESSION_ENDED for a token that is expired, altered, for another audience or by an unknown key */
  verify(token: string, audience: Audience): Promise<TokenClaims>;
}

const ISSUER = 'bangfu';
const ALGORITHM = 'HS256';
/** Verified tokens are remembered by their whole text, so that an altered one is never taken for a known one. */
const REMEMBERED = 10_000;

export function createTokens(keys: KeyRing): Tokens {
  const known = new Map([...keys.all].map(([id, bytes]) => [id, imported(bytes)]));
  const verified = new Map<string, TokenClaims & { readonly until: number }>();

  async function verifyAnew(token: string, audience: Audience): Promise<TokenClaims & { readonly until: number }> {
    const { payload } = await jwtVerify(token, ({ kid }) => keyOf(known, kid), {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience,
      requiredClaims: ['sub', 'sid', 'ep', 'exp'],
    });
    const { sub, sid, ep, exp } = payload;
    if (typeof sub !== 'string' || typeof sid !== 'string' || typeof ep !== 'number') throw new errors.JWTInvalid();
    return { accountId: sub, sessionId: sid, epoch: ep, until: (exp ?? 0) * 1000 };
  }

  return {
    sign: ({ accountId, sessionId, epoch }, audience, seconds) =>
      new SignJWT({ sid: sessionId, ep: epoch })
        .setProtectedHeader({ alg: ALGORITHM, kid: keys.current.id })
        .setIssuer(ISSUER)
        .setSubject(accountId)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${seconds}s`)
        .sign(keys.current.key),

    async verify(token, audience) {
      const name = `${audience} ${token}`;
      const before = verified.get(name);
      if (before !== undefined && before.until > Date.now()) return before;
      if (before !== undefined) verified.delete(name);
      if (token.length > 2000) throw problem('SESSION_ENDED');
      const claims = await verifyAnew(token, audience).catch((cause: unknown) => {
        throw problem('SESSION_ENDED', { cause });
      });
      if (verified.size >= REMEMBERED) verified.delete(verified.keys().next().value ?? '');
      verified.set(name, claims);
      return claims;
    },
  };
}

type ImportedKey = Promise<webcrypto.CryptoKey>;

/** Once: raw bytes would be imported anew for every token. */
const imported = (bytes: Uint8Array): ImportedKey =>
  webcrypto.subtle.importKey('raw', new Uint8Array(bytes), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);

function keyOf(keys: ReadonlyMap<string, ImportedKey>, kid: string | undefined): ImportedKey {
  const key = kid === undefined ? undefined : keys.get(kid);
  if (key === undefined) throw new errors.JWKSNoMatchingKey();
  return key;
}
