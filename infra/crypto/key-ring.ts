import { createSecretKey, type KeyObject } from 'node:crypto';
import type { KeyRing } from '../config.ts';

export type { KeyRing } from '../config.ts';

/** A configured key, ready for use. On Node 24 a cipher made from a `KeyObject` costs a quarter of one made from bytes. */
export interface LoadedKey {
  readonly id: string;
  readonly secret: KeyObject;
}

/** Generations of one key: `current` makes new data, all of them (current first) read what is older. */
export interface LoadedRing {
  readonly current: LoadedKey;
  readonly all: readonly LoadedKey[];
  /** @throws UnknownKeyError when no key has this id */
  byId(id: string): LoadedKey;
}

/** Data names a key that this process was not given: a key left the configuration before its data was rewrapped. */
export class UnknownKeyError extends Error {
  override name = 'UnknownKeyError';
  constructor(id: string) {
    super(`no key with the id "${id}" is configured`);
  }
}

export function loadRing({ current, all }: KeyRing): LoadedRing {
  const load = (id: string, key: Uint8Array): LoadedKey => {
    if (key.length !== 32) throw new RangeError(`key "${id}" must have 32 bytes`);
    return { id, secret: createSecretKey(key) };
  };
  const first = load(current.id, current.key);
  const older = [...all].filter(([id]) => id !== current.id).map(([id, key]) => load(id, key));
  const byId = new Map([first, ...older].map((key) => [key.id, key]));
  return {
    current: first,
    all: [first, ...older],
    byId(id) {
      const key = byId.get(id);
      if (key === undefined) throw new UnknownKeyError(id);
      return key;
    },
  };
}
