import { createHash } from 'node:crypto';
import sharp from 'sharp';

/** A small picture that only its seed decides: coloured panes, like a room seen through a frosted window. */
export async function pictureFrom(seed: string): Promise<Blob> {
  const bytes = createHash('sha512').update(seed).digest();
  const panes = { width: 4, height: 3, channels: 3 } as const;
  const raw = Buffer.from(bytes.subarray(0, panes.width * panes.height * panes.channels));
  const jpeg = await sharp(raw, { raw: panes }).resize(320, 240, { kernel: 'cubic' }).jpeg({ quality: 70 }).toBuffer();
  return new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' });
}
