import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

/** Where photos lie. Keys are ids made by us, `<uuid>` or `<uuid>.<variant>`; never a name that a user gave. */
export interface PhotoStorage {
  /** Stores the bytes durably under a key; storing the same key again replaces them. */
  put(key: string, bytes: Buffer): Promise<void>;
  /** The bytes as a stream and how many they are; null when there is nothing under the key. */
  get(key: string): Promise<{ readonly stream: Readable; readonly bytes: number } | null>;
  /** Removes the bytes; a missing key is no error. */
  remove(key: string): Promise<void>;
}

const KEY = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:\.[a-z]{1,16})?$/;

/** Files below a folder, spread over 256 subfolders. A file is there whole or not at all. */
export function createDiskStorage(folder: string): PhotoStorage {
  return {
    async put(key, bytes) {
      const path = pathOf(folder, key);
      await mkdir(dirname(path), { recursive: true });
      const temporary = `${path}.${randomUUID()}.tmp`;
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    },

    async get(key) {
      const path = pathOf(folder, key);
      try {
        const { size } = await stat(path);
        return { stream: createReadStream(path), bytes: size };
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },

    async remove(key) {
      await rm(pathOf(folder, key), { force: true });
    },
  };
}

/** The last characters of a UUIDv7 are random, the first ones are the time. @throws RangeError for any other key */
function pathOf(folder: string, key: string): string {
  if (!KEY.test(key)) throw new RangeError('not a storage key');
  return join(folder, key.slice(34, 36), key);
}

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
