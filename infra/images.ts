import { createHash } from 'node:crypto';
import type { Sharp } from 'sharp';
import type { PictureHash } from '../domain/content/picture-hash.ts';
import { pictureHashes } from './picture-hash.ts';

/** The types that are accepted and the ones that are stored: each is re-encoded as itself. */
export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
export const MAX_IMAGE_PIXELS = 40_000_000;
/** Larger pictures are scaled down: a paper form is still readable. */
const MAX_SIDE = 2560;
const THUMBNAIL_SIDE = 320;

export type ImageFault = 'IMAGE_TOO_LARGE' | 'IMAGE_TYPE' | 'IMAGE_BROKEN' | 'IMAGE_TOO_MANY_PIXELS';

/** An upload that is no usable picture. */
export class ImageError extends Error {
  override name = 'ImageError';
  readonly code: ImageFault;
  constructor(code: ImageFault) {
    super(code);
    this.code = code;
  }
}

export interface ProcessedImage {
  readonly mime: ImageType;
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of `bytes`, hex. */
  readonly sha256: string;
  /** By which the same picture is known again when its bytes differ. */
  readonly hashes: readonly PictureHash[];
  /** WebP, at most 320 pixels on a side. */
  readonly thumbnail: Buffer;
}

/**
 * Decodes a picture and encodes it anew: turned as its EXIF says, then without any metadata, so that neither the place
 * nor the camera is kept. What cannot be decoded, a polyglot file for example, does not survive this.
 * @throws ImageError
 */
export async function processImage(input: Buffer): Promise<ProcessedImage> {
  if (input.length > MAX_IMAGE_BYTES) throw new ImageError('IMAGE_TOO_LARGE');
  const mime = typeOf(input);
  if (mime === null) throw new ImageError('IMAGE_TYPE');
  const { default: sharp } = await import('sharp');
  const metadata = await decoded(() => sharp(input, { limitInputPixels: false }).metadata());
  if (metadata.width * metadata.height > MAX_IMAGE_PIXELS) throw new ImageError('IMAGE_TOO_MANY_PIXELS');
  return decoded(async () => {
    const upright = sharp(input, { limitInputPixels: MAX_IMAGE_PIXELS, failOn: 'error', pages: 1 }).autoOrient();
    const fit = { fit: 'inside', withoutEnlargement: true } as const;
    const { data, info } = await encoder(upright.clone().resize(MAX_SIDE, MAX_SIDE, fit), mime).toBuffer({
      resolveWithObject: true,
    });
    const thumbnail = await upright.resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, fit).webp({ quality: 75 }).toBuffer();
    const sha256 = createHash('sha256').update(data).digest('hex');
    const hashes = await pictureHashes(data);
    return { mime, hashes, bytes: data, width: info.width, height: info.height, sha256, thumbnail };
  });
}

/** By the first bytes of the content; what the client calls it does not matter. */
export function typeOf(bytes: Buffer): ImageType | null {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'image/png';
  const riff = bytes.subarray(0, 4).toString('latin1') === 'RIFF';
  return riff && bytes.subarray(8, 12).toString('latin1') === 'WEBP' ? 'image/webp' : null;
}

function encoder(image: Sharp, mime: ImageType): Sharp {
  if (mime === 'image/jpeg') return image.jpeg({ quality: 85, mozjpeg: false });
  return mime === 'image/png' ? image.png({ compressionLevel: 8 }) : image.webp({ quality: 85 });
}

async function decoded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw new ImageError('IMAGE_BROKEN');
  }
}
