import { expect } from 'chai';
import { audioTypeOf } from '../../infra/audio.ts';

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

/** A track's handler box up to its type. */
const TRACK = 'trak....mdia....hdlr\0\0\0\0\0\0\0\0';

/** A page of an Ogg file: `flags` 2 where its stream begins. */
const page = (flags: number, packet: string): Buffer =>
  bytes('OggS', [0, flags], '\0'.repeat(20), [1, packet.length], packet);

describe('a sound file', () => {
  const files: readonly [string, Buffer, string | null][] = [
    ['a telephone’s recorder', bytes([0, 0, 0, 0x20], 'ftypM4A '), 'audio/mp4'],
    ['one of sound alone under a film’s name', bytes([0, 0, 0, 0x20], 'ftypmp42', TRACK, 'soun'), 'audio/mp4'],
    ['a film', bytes([0, 0, 0, 0x20], 'ftypmp42', TRACK, 'soun', TRACK, 'vide'), null],
    ['an older film', bytes([0, 0, 0, 0x20], 'ftyp3gp4', TRACK, 'vide'), null],
    ['an older one', bytes('#!AMR\n'), 'audio/amr'],
    ['an mp3 with a title', bytes('ID3', [3, 0]), 'audio/mpeg'],
    ['an mp3 without', bytes([0xff, 0xfb, 0x90, 0]), 'audio/mpeg'],
    ['a wave', bytes('RIFF', [1, 2, 3, 4], 'WAVEfmt '), 'audio/wav'],
    ['an ogg', Buffer.concat([page(2, 'OpusHead.'), page(0, 'OpusTags'), page(4, 'sound')]), 'audio/ogg'],
    ['one that breaks off', Buffer.concat([page(2, '\x01vorbis'), bytes('OggS', [0, 0])]), 'audio/ogg'],
    ['one with a table of contents', Buffer.concat([page(2, 'fishead\0'), page(2, 'Speex   1.2')]), 'audio/ogg'],
    ['an ogg film', Buffer.concat([page(2, '\x80theora'), page(2, '\x01vorbis'), page(0, 'film')]), null],
    ['sound with a film after it', Buffer.concat([page(2, 'OpusHead.'), page(4, 'sound'), page(2, '\x01video')]), null],
    ['a film after what is no page', Buffer.concat([page(2, 'OpusHead.'), bytes('?'.repeat(30))]), null],
    ['an ogg without a stream', bytes('OggS', [0, 2]), null],
    ['a picture', bytes([0xff, 0xd8, 0xff, 0xe0]), null],
    ['another picture', bytes('RIFF', [1, 2, 3, 4], 'WEBPVP8 '), null],
    ['a page', bytes('<html>'), null],
    ['nothing', bytes(), null],
  ];
  for (const [what, file, type] of files) {
    it(`is told by its first bytes: ${what} is ${type ?? 'none'}`, () => {
      expect(audioTypeOf(file)).to.equal(type);
    });
  }
});
