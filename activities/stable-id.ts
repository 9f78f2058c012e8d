import { createHash } from 'node:crypto';
import type { Instant } from '../domain/kernel/types.ts';

/** A UUIDv7 of an instant whose other bits follow from `text`: a repeated activity makes the same record, not a second. */
export function stableId(at: Instant, text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUIntBE(at, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
