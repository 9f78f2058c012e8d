import type { Derivation } from '../infra/crypto/index.ts';
import type { Instant } from '../domain/kernel/types.ts';

/** A UUIDv7 of an instant whose random part is a keyed mark of `text`: the same request makes the same record again. */
export function derivedUuid(derive: Derivation, at: Instant, text: string): string {
  const bytes = Buffer.from(derive.mac('commandId', `uuid\n${text}`), 'base64url').subarray(0, 16);
  bytes.writeUIntBE(at, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
