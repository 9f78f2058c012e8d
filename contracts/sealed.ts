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

/** What is left of a sealed value after erasure. */
export const erased = (sealed: Sealed): Sealed => ({ ...sealed, key: null });
