import type { Derivation } from './derive.ts';

/** Fields that are found by value although they are stored encrypted. */
export type IndexedField = 'idNumber' | 'phone' | 'device' | 'payee' | 'address';

/**
 * Keyed blind index: equal values give equal indexes, and without the key nobody can try numbers against it. Values must
 * be normalised before. Each field has a key of its own, so that a phone never matches an ID number's index.
 */
export interface BlindIndex {
  /** 22 base64url characters: 128 bits of HMAC-SHA256. */
  of(field: IndexedField, normalised: string): string;
  /** The indexes under every configured key, for look-ups while a key is being replaced. */
  candidates(field: IndexedField, normalised: string): string[];
}

const LENGTH = 22;

export const createBlindIndex = (derive: Derivation): BlindIndex => ({
  of: (field, normalised) => derive.mac(`blindIndex:${field}`, normalised).slice(0, LENGTH),
  candidates: (field, normalised) => derive.macs(`blindIndex:${field}`, normalised).map((mac) => mac.slice(0, LENGTH)),
});
