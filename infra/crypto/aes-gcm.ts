import { createCipheriv, createDecipheriv, randomFillSync, type KeyObject } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

// One call to the kernel for many small draws: a bulk import needs 56 random bytes per record.
const pool = Buffer.allocUnsafe(16_384);
let drawn = pool.length;

/** Fresh random bytes, never handed out twice. */
export function randomBytesFast(length: number): Buffer {
  if (drawn + length > pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  const bytes = Buffer.allocUnsafe(length);
  pool.copy(bytes, 0, drawn, drawn + length);
  pool.fill(0, drawn, drawn + length); // a key must not stay readable in the pool
  drawn += length;
  return bytes;
}

/**
 * AES-256-GCM. The result is nonce (12 bytes), cipher text, tag (16 bytes). Random nonces are safe here: a data key
 * encrypts a handful of messages, a master key far fewer than the 2^32 that the standard allows.
 */
export function encrypt(key: KeyObject, plain: Uint8Array | string, aad: string): Buffer {
  const nonce = randomBytesFast(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(aad));
  const body = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, body, cipher.getAuthTag()]);
}

/** @throws Error when key, associated data or a single bit is not what it was */
export function decrypt(key: KeyObject, sealed: Uint8Array, aad: string): Buffer {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new Error('cipher text is too short');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(aad));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES));
  decipher.final();
  return plain;
}
