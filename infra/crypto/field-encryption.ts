import { createSecretKey } from 'node:crypto';
import type { Place, Sealed, StoredBytes } from '../../contracts/sealed.ts';
import { decrypt, encrypt, randomBytesFast } from './aes-gcm.ts';
import type { LoadedRing } from './key-ring.ts';

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
  /** The same for bytes as they are, e.g. a part of an uploaded file. */
  sealBytes(place: Place, bytes: Uint8Array | string): Sealed;
  openBytes(place: Place, sealed: Sealed): Buffer;
  /** The same data under the current master key; the very same object when it already is. Data is not re-encrypted. */
  rewrap(place: Place, sealed: Sealed): Sealed;
}

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
  const sealBytes = (place: Place, bytes: Uint8Array | string): Sealed => {
    const dataKey = randomBytesFast(32);
    const data = encrypt(createSecretKey(dataKey), bytes, aadOf(place));
    const sealed = { ...wrap(place, dataKey), data };
    dataKey.fill(0);
    return sealed;
  };
  const openBytes = (place: Place, sealed: Sealed): Buffer => {
    const dataKey = createSecretKey(unwrap(place, sealed));
    return orBroken(place, () => decrypt(dataKey, bytesOf(sealed.data), aadOf(place)));
  };
  return {
    seal: (place, fields) => sealBytes(place, JSON.stringify(fields)),
    open: <T>(place: Place, sealed: Sealed) => JSON.parse(openBytes(place, sealed).toString('utf8')) as T,
    sealBytes,
    openBytes,
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
