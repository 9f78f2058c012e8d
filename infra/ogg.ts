/**
 * An Ogg file (RFC 3533): pages, each of one stream. A stream's first page is marked and begins with the name of its
 * codec, so what a file holds is told without decoding it.
 */

const HEADER = 27;
/** In a page's flags: its stream begins here. */
const BEGINS = 0x02;

/** How a stream of sound begins. */
const SOUND = ['OpusHead', '\x01vorbis', 'Speex   ', '\x7fFLAC'];
/** Tells players where what is; it holds nothing itself. */
const SKELETON = 'fishead\0';

const startsWith = (bytes: Buffer, at: number, name: string): boolean =>
  bytes.subarray(at, at + name.length).equals(Buffer.from(name, 'latin1'));

/** Whether it holds sound and nothing else; streams that follow the first ones are looked at, too. */
export function isOggSound(bytes: Buffer): boolean {
  let sounds = 0;
  for (let at = 0; at + HEADER <= bytes.length;) {
    if (!startsWith(bytes, at, 'OggS')) return false;
    const body = at + HEADER + bytes.readUInt8(at + 26);
    if (((bytes[at + 5] ?? 0) & BEGINS) !== 0) {
      const isSound = SOUND.some((name) => startsWith(bytes, body, name));
      if (!isSound && !startsWith(bytes, body, SKELETON)) return false;
      if (isSound) sounds += 1;
    }
    at = bytes.subarray(at + HEADER, body).reduce((end, length) => end + length, body);
  }
  return sounds > 0;
}
