import { createHash } from 'node:crypto';
import sharp from 'sharp';

/** So many that no two of them look alike to the picture hash, which sees 8 × 8. */
const PANES = { width: 8, height: 8, channels: 3 } as const;

/** A small picture that only its seed decides: coloured panes, like a room seen through a frosted window. */
export async function pictureFrom(seed: string): Promise<Blob> {
  const outputLength = PANES.width * PANES.height * PANES.channels;
  const raw = createHash('shake256', { outputLength }).update(seed).digest();
  const jpeg = await sharp(raw, { raw: PANES }).resize(320, 240, { kernel: 'cubic' }).jpeg({ quality: 70 }).toBuffer();
  return new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' });
}
