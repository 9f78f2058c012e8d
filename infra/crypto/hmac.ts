import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;

/** HMAC-SHA256 under a fixed key. `text` is taken as UTF-8. */
export interface Hmac {
  bytes(text: string): Buffer;
  base64url(text: string): string;
}

/**
 * HMAC (RFC 2104) from two one-shot hashes. `createHmac` makes a stream object for each text, which costs a bulk import
 * three times as much, most of it in garbage collection. Keys are at most one block long.
 */
export function createHmacKey(key: Uint8Array): Hmac {
  if (key.length > BLOCK_BYTES) throw new RangeError('the key is longer than a block');
  const [inner, outer] = [pad(key, 0x36), pad(key, 0x5c)];
  const outerInput = (text: string): Buffer =>
    Buffer.concat([outer, Buffer.from(hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'binary'), 'binary')]);
  return {
    bytes: (text) => Buffer.from(hash('sha256', outerInput(text), 'binary'), 'binary'),
    base64url: (text) => hash('sha256', outerInput(text), 'base64url'),
  };
}

function pad(key: Uint8Array, value: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(key);
  return block.map((byte) => byte ^ value) as Buffer;
}
