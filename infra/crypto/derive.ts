import { createHmac, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { LoadedKey, LoadedRing } from './key-ring.ts';

/** What a subkey is for. Different purposes have independent keys, so that a leak or a misuse of one says nothing of another. */
export type Purpose =
  | 'commandId'
  | 'cursor'
  | 'pickupCode'
  | 'photoLink'
  | 'sessionToken'
  | 'requestHash'
  | 'importRow'
  | `blindIndex:${string}`;

export interface Derivation {
  /** The current 32-byte subkey. */
  key(purpose: Purpose): KeyObject;
  /** HMAC-SHA256 of a text under the current subkey, base64url (43 characters). */
  mac(purpose: Purpose, text: string): string;
  /** MACs under every configured key, the current one first: for looking up what an older key may have made. */
  macs(purpose: Purpose, text: string): string[];
  /** Whether `mac` is that of `text` under any configured key, in constant time. */
  verify(purpose: Purpose, text: string, mac: string): boolean;
  /** A decimal code of `digits` digits (at most 9) for a text, e.g. a pickup code. Guard it with a limit of tries. */
  code(purpose: Purpose, text: string, digits: number): string;
  verifyCode(purpose: Purpose, text: string, code: string): boolean;
}

/** Subkeys by HKDF-SHA256 from the keys of a ring. */
export function createDerivation(ring: LoadedRing): Derivation {
  const cache = new Map<string, KeyObject>();
  const subkey = ({ id, secret }: LoadedKey, purpose: Purpose): KeyObject => {
    const name = `${id}\0${purpose}`;
    const known = cache.get(name);
    if (known !== undefined) return known;
    const made = createSecretKey(Buffer.from(hkdfSync('sha256', secret, 'bangfu', purpose, 32)));
    cache.set(name, made);
    return made;
  };
  const digest = (key: LoadedKey, purpose: Purpose, text: string): Buffer =>
    createHmac('sha256', subkey(key, purpose)).update(text).digest();
  const codeOf = (key: LoadedKey, purpose: Purpose, text: string, digits: number): string => {
    // 48 bits against at most 10^9 codes: the bias of the remainder is below one in 280,000.
    const number = digest(key, purpose, text).readUIntBE(0, 6) % 10 ** digits;
    return String(number).padStart(digits, '0');
  };
  return {
    key: (purpose) => subkey(ring.current, purpose),
    mac: (purpose, text) => digest(ring.current, purpose, text).toString('base64url'),
    macs: (purpose, text) => ring.all.map((key) => digest(key, purpose, text).toString('base64url')),
    verify: (purpose, text, mac) =>
      ring.all.some((key) => sameText(digest(key, purpose, text).toString('base64url'), mac)),
    code: (purpose, text, digits) => codeOf(ring.current, purpose, text, digits),
    verifyCode: (purpose, text, code) =>
      ring.all.some((key) => sameText(codeOf(key, purpose, text, code.length), code)),
  };
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
