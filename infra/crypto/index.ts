import { createBlindIndex, type BlindIndex } from './blind-index.ts';
import { createDerivation, type Derivation } from './derive.ts';
import { createFieldEncryption, type FieldEncryption } from './field-encryption.ts';
import { loadRing, type KeyRing } from './key-ring.ts';

export type { BlindIndex } from './blind-index.ts';
export type { Derivation, Purpose } from './derive.ts';
export { erased } from '../../contracts/sealed.ts';
export type { Place, Sealed } from '../../contracts/sealed.ts';
export { ErasedError, SealBrokenError, type FieldEncryption } from './field-encryption.ts';
export { UnknownKeyError, type KeyRing } from './key-ring.ts';

/** Encryption of personal fields (`fields`), look-up by value (`index`), and keyed marks of all kinds (`derive`). */
export interface Crypto {
  readonly fields: FieldEncryption;
  readonly index: BlindIndex;
  readonly derive: Derivation;
}

export interface CryptoKeys {
  /** Wrap data keys. */
  readonly master: KeyRing;
  /** Roots of blind indexes, command ids, cursors and codes. */
  readonly index: KeyRing;
}

export function createCrypto({ master, index }: CryptoKeys): Crypto {
  const derive = createDerivation(loadRing(index));
  return { fields: createFieldEncryption(loadRing(master)), index: createBlindIndex(derive), derive };
}
