import type { PictureHash } from '../domain/content/picture-hash.ts';

const SIDE = 32;
const LOW = 8;
/** Below this spread of grey values a picture is a plain area, whose hash would be chance. */
const PLAIN = 4;
/** Cut off on each side for the further hashes: somebody who crops a picture a little meets one of them. */
const INSETS = [0, 0.02, 0.04] as const;

const COSINES = Array.from({ length: LOW }, (_, u) =>
  Array.from({ length: SIDE }, (_value, x) => Math.cos(((2 * x + 1) * u * Math.PI) / (2 * SIDE))),
);

/**
 * Perceptual hashes of a picture, whole and with its edges cut off: the signs of its low frequencies (DCT) against their
 * median. Another size or compression hardly changes them. None for a plain area.
 */
export async function pictureHashes(bytes: Buffer): Promise<PictureHash[]> {
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(bytes).greyscale().resize(256, 256, { fit: 'fill' }).raw().toBuffer({
    resolveWithObject: true,
  });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const hashes = await Promise.all(
    INSETS.map(async (inset) => {
      const cut = Math.round(256 * inset);
      const rest = 256 - 2 * cut;
      const pixels = await sharp(data, { raw })
        .extract({ left: cut, top: cut, width: rest, height: rest })
        .resize(SIDE, SIDE, { fit: 'fill' })
        .toColourspace('b-w')
        .raw()
        .toBuffer();
      return hashOf(pixels);
    }),
  );
  return [...new Set(hashes.filter((hash) => hash !== null))];
}

function hashOf(pixels: Buffer): PictureHash | null {
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  const spread = Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length);
  if (spread < PLAIN) return null;
  const frequencies = lowFrequencies(pixels);
  // The first one is the brightness: it counts neither in the median nor in the hash.
  const median = [...frequencies.slice(1)].sort((a, b) => a - b)[31] ?? 0;
  const bits = frequencies.map((value, i) => (i > 0 && value > median ? '1' : '0')).join('');
  return (bits.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(16)).join('');
}

function lowFrequencies(pixels: Buffer): number[] {
  const rows = Array.from({ length: SIDE }, (_, y) =>
    COSINES.map((cosine) => cosine.reduce((sum, c, x) => sum + c * (pixels[y * SIDE + x] ?? 0), 0)),
  );
  return COSINES.flatMap((cosine) =>
    COSINES.map((_, u) => cosine.reduce((sum, c, y) => sum + c * (rows[y]?.[u] ?? 0), 0)),
  );
}
