import { isOggSound } from './ogg.ts';

/** Sound files that are kept as evidence: what they are is told by their first bytes, not by what the client calls them. */

export const AUDIO_TYPES = ['audio/mpeg', 'audio/mp4', 'audio/amr', 'audio/ogg', 'audio/wav'] as const;
export type AudioType = (typeof AUDIO_TYPES)[number];

/** What clients call them. */
export const DECLARED_AUDIO_TYPES: readonly string[] = [
  ...AUDIO_TYPES,
  'audio/mp3',
  'audio/x-m4a',
  'audio/m4a',
  'audio/3gpp',
  'audio/amr-wb',
  'audio/x-wav',
  'audio/vnd.wave',
];

/** Ten minutes of a telephone's recorder, and more than a tap on its button. */
export const RECORDING_BYTES = { min: 1024, max: 5 * 1024 * 1024 } as const;

const text = (bytes: Buffer, from: number, to: number): string => bytes.subarray(from, to).toString('latin1');

/** Telephones' recorders call a file of sound alone by the same names as a film. */
const MP4_BRANDS = /^(?:M4A |mp4\d|isom|iso\d|3gp\d)$/;

/** Null for what is no such sound. */
export function audioTypeOf(bytes: Buffer): AudioType | null {
  if (text(bytes, 0, 5) === '#!AMR') return 'audio/amr';
  if (text(bytes, 0, 4) === 'OggS') return isOggSound(bytes) ? 'audio/ogg' : null;
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WAVE') return 'audio/wav';
  if (text(bytes, 4, 8) === 'ftyp') return MP4_BRANDS.test(text(bytes, 8, 12)) && !isFilm(bytes) ? 'audio/mp4' : null;
  return text(bytes, 0, 3) === 'ID3' || isLayer3(bytes) ? 'audio/mpeg' : null;
}

/** One of its tracks is for pictures: that is said in the track's handler box (ISO 14496-12, 8.4.3). */
function isFilm(bytes: Buffer): boolean {
  for (let at = bytes.indexOf('hdlr'); at >= 0; at = bytes.indexOf('hdlr', at + 4)) {
    if (text(bytes, at + 12, at + 16) === 'vide') return true;
  }
  return false;
}

/** Frame sync of eleven bits, a version and layer III. */
function isLayer3(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  return first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x18) !== 0x08 && (second & 0x06) === 0x02;
}
