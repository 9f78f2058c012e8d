import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signatures of what a provider calls us with, by the convention of Standard Webhooks: HMAC-SHA256 over id, time and the
 * body's bytes. Providers without signatures call through a small relay of the installation that signs (ops/sms.md).
 */
export interface SignedCallback {
  readonly id: string;
  /** Seconds since the epoch, as text: part of what is signed. */
  readonly timestamp: string;
  readonly body: Uint8Array | string;
}

/** Older calls, and calls from the future, are refused: a copied one is of no use for long. */
const TOLERANCE_SECONDS = 300;

/** `v1,<base64>` */
export const signCallback = (secret: string, { id, timestamp, body }: SignedCallback): string =>
  `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;

/** Whether one of the space-separated signatures is ours and the time is near `now` (milliseconds). */
export function isSignedCallback(
  secrets: readonly string[],
  callback: SignedCallback,
  signatures: string,
  now: number,
): boolean {
  const at = Number(callback.timestamp);
  if (!Number.isSafeInteger(at) || Math.abs(now / 1000 - at) > TOLERANCE_SECONDS) return false;
  const given = signatures.split(' ').map((signature) => Buffer.from(signature));
  return secrets.some((secret) => {
    const expected = Buffer.from(signCallback(secret, callback));
    return given.some((bytes) => bytes.length === expected.length && timingSafeEqual(bytes, expected));
  });
}
