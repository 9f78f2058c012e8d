import { createSecretKey } from 'node:crypto';
import { decrypt, encrypt, randomBytesFast } from './aes-gcm.ts';
import type { LoadedRing } from './key-ring.ts';

/** Bytes as they are written (Buffer) and as the driver may give them back (BSON Binary). */
export type StoredBytes = Uint8Array | { readonly buffer: Uint8Array; readonly position: number };

/**
 * Personal fields of one record, encrypted together as one JSON text under a data key of their own. The data key is
 * wrapped by the master key. Erasing a person means dropping `key`: the data can never be read again, backups included.
 */
export interface Sealed {
  /** Id of the master key that wraps the data key. */
  readonly keyId: string;
  /** The wrapped data key; null once erased. */
  readonly key: StoredBytes | null;
  readonly data: StoredBytes;
}

/** Where a sealed value belongs. It is authenticated, so that a value copied to another record or field is refused. */
export interface Place {
  readonly collection: string;
  readonly id: string;
  readonly field: string;
}

/** The person's data was erased. */
export class ErasedError extends Error {
  override name = 'ErasedError';
  constructor(place: Place) {
    super(`${place.collection}/${place.id}/${place.field} was erased`);
  }
}

/** The stored bytes were altered, or belong to another record, field or key. */
export class SealBrokenError extends Error {
  override name = 'SealBrokenError';
  constructor(place: Place) {
    super(`${place.collection}/${place.id}/${place.field} does not open: altered, or not from this place`);
  }
}

export interface FieldEncryption {
  seal(place: Place, fields: object): Sealed;
  /** @throws ErasedError, SealBrokenError, UnknownKeyError */
  open<T>(place: Place, sealed: Sealed): T;
  /** The same data under the current master key; the very same object when it already is. Data is not re-encrypted. */
  rewrap(place: Place, sealed: Sealed): Sealed;
}

/** What is left of a sealed value after erasure. */
export const erased = (sealed: Sealed): Sealed => ({ ...sealed, key: null });

export function createFieldEncryption(masterKeys: LoadedRing): FieldEncryption {
  const unwrap = (place: Place, { keyId, key }: Sealed): Buffer => {
    if (key === null) throw new ErasedError(place);
    const { secret } = masterKeys.byId(keyId);
    return orBroken(place, () => decrypt(secret, bytesOf(key), `key\0${aadOf(place)}`));
  };
  const wrap = (place: Place, dataKey: Uint8Array): Pick<Sealed, 'keyId' | 'key'> => {
    const { id, secret } = masterKeys.current;
    return { keyId: id, key: encrypt(secret, dataKey, `key\0${aadOf(place)}`) };
  };
  return {
    seal(place, fields) {
      const dataKey = randomBytesFast(32);
      const data = encrypt(createSecretKey(dataKey), JSON.stringify(fields), aadOf(place));
      const sealed = { ...wrap(place, dataKey), data };
      dataKey.fill(0);
      return sealed;
    },
    open<T>(place: Place, sealed: Sealed): T {
      const dataKey = unwrap(place, sealed);
      const plain = orBroken(place, () => decrypt(createSecretKey(dataKey), bytesOf(sealed.data), aadOf(place)));
      return JSON.parse(plain.toString('utf8')) as T;
    },
    rewrap(place, sealed) {
      if (sealed.key === null || sealed.keyId === masterKeys.current.id) return sealed;
      return { ...wrap(place, unwrap(place, sealed)), data: sealed.data };
    },
  };
}

const aadOf = ({ collection, id, field }: Place): string => `${collection}\0${id}\0${field}`;

const bytesOf = (stored: StoredBytes): Uint8Array =>
  stored instanceof Uint8Array ? stored : stored.buffer.subarray(0, stored.position);

function orBroken<T>(place: Place, work: () => T): T {
  try {
    return work();
  } catch {
    throw new SealBrokenError(place);
  }
}
