import { createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
import { createHmacKey, type Hmac } from './hmac.ts';
import type { LoadedKey, LoadedRing } from './key-ring.ts';

/** What a subkey is for. Different purposes have independent keys, so that a leak or a misuse of one says nothing of another. */
export type Purpose =
  | 'commandId'
  | 'cursor'
  | 'pickupCode'
  | 'certificate'
  | 'oneTimeCode'
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
  const cache = new Map<string, { secret: KeyObject; hmac: Hmac }>();
  const subkey = ({ id, secret }: LoadedKey, purpose: Purpose): { secret: KeyObject; hmac: Hmac } => {
    const name = `${id}\0${purpose}`;
    const known = cache.get(name);
    if (known !== undefined) return known;
    const bytes = Buffer.from(hkdfSync('sha256', secret, 'bangfu', purpose, 32));
    const made = { secret: createSecretKey(bytes), hmac: createHmacKey(bytes) };
    cache.set(name, made);
    return made;
  };
  const mac = (key: LoadedKey, purpose: Purpose, text: string): string => subkey(key, purpose).hmac.base64url(text);
  const codeOf = (key: LoadedKey, purpose: Purpose, text: string, digits: number): string => {
    // 48 bits against at most 10^9 codes: the bias of the remainder is below one in 280,000.
    const number = subkey(key, purpose).hmac.bytes(text).readUIntBE(0, 6) % 10 ** digits;
    return String(number).padStart(digits, '0');
  };
  return {
    key: (purpose) => subkey(ring.current, purpose).secret,
    mac: (purpose, text) => mac(ring.current, purpose, text),
    macs: (purpose, text) => ring.all.map((key) => mac(key, purpose, text)),
    verify: (purpose, text, given) => ring.all.some((key) => sameText(mac(key, purpose, text), given)),
    code: (purpose, text, digits) => codeOf(ring.current, purpose, text, digits),
    verifyCode: (purpose, text, code) =>
      ring.all.some((key) => sameText(codeOf(key, purpose, text, code.length), code)),
  };
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
