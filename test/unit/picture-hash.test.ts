import { expect } from 'chai';
import fc from 'fast-check';
import sharp from 'sharp';
import { areAlike, bandsOf, bandsToFind, bitsApart } from '../../domain/content/picture-hash.ts';
import { pictureHashes } from '../../infra/picture-hash.ts';
import { random } from '../support/random-case.ts';

const WIDTH = 480;
const HEIGHT = 360;

/** A picture full of coloured shapes that only its number decides. */
function pictureOf(seed: number): Promise<Buffer> {
  const pick = random(seed);
  const colour = (): string => `rgb(${pick(256)},${pick(256)},${pick(256)})`;
  const shapes = Array.from({ length: 14 }, () =>
    pick(2) === 0
      ? `<ellipse cx="${pick(WIDTH)}" cy="${pick(HEIGHT)}" rx="${30 + pick(110)}" ry="${20 + pick(90)}" fill="${colour()}"/>`
      : `<rect x="${pick(WIDTH) - 60}" y="${pick(HEIGHT) - 60}" width="${40 + pick(200)}" height="${40 + pick(160)}" fill="${colour()}"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="${colour()}"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer();
}

/** Takes the same off on all sides. */
const cropped = (picture: Buffer, share: number): Promise<Buffer> => {
  const [left, top] = [Math.round(WIDTH * share), Math.round(HEIGHT * share)];
  return sharp(picture)
    .extract({ left, top, width: WIDTH - 2 * left, height: HEIGHT - 2 * top })
    .jpeg()
    .toBuffer();
};

describe('Pictures', function () {
  this.timeout(60_000);

  it('are known again after resizing, recompressing and small crops', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 4 }), async (seed, percent) => {
        const picture = await pictureOf(seed);
        const hashes = await pictureHashes(picture);
        const changed = {
          small: await sharp(picture).resize(160).jpeg({ quality: 80 }).toBuffer(),
          large: await sharp(picture).resize(900).webp({ quality: 70 }).toBuffer(),
          coarse: await sharp(picture).jpeg({ quality: 30 }).toBuffer(),
          cropped: await cropped(picture, percent / 100),
        };
        for (const [what, bytes] of Object.entries(changed)) {
          expect(areAlike(hashes, await pictureHashes(bytes)), `${what} ${percent}`).to.equal(true);
        }
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('that show something else are not alike', async () => {
    const all = await Promise.all(Array.from({ length: 60 }, (_, i) => pictureOf(i + 1).then(pictureHashes)));
    const twins = all.flatMap((a, i) => all.slice(0, i).filter((b) => areAlike(a, b)));
    expect(twins).to.have.length(0);
  });

  it('of a plain area are like nothing', async () => {
    const plain = { width: 60, height: 40, channels: 3, background: { r: 200, g: 80, b: 120 } } as const;
    expect(await pictureHashes(await sharp({ create: plain }).jpeg().toBuffer())).to.deep.equal([]);
  });
});

describe('Bands of a picture hash', () => {
  const hash = fc
    .array(fc.nat({ max: 15 }), { minLength: 16, maxLength: 16 })
    .map((d) => d.map((n) => n.toString(16)).join(''));
  const flipped = (value: string, bits: readonly number[]): string =>
    bits.reduce((digits, bit) => {
      const at = Math.floor(bit / 4);
      const digit = Number.parseInt(digits.charAt(at), 16) ^ (1 << (bit % 4));
      return digits.slice(0, at) + digit.toString(16) + digits.slice(at + 1);
    }, value);

  it('find every hash that differs in up to six bits', () => {
    fc.assert(
      fc.property(hash, fc.uniqueArray(fc.nat({ max: 63 }), { maxLength: 6 }), (value, bits) => {
        const other = flipped(value, bits);
        expect(bitsApart(value, other)).to.equal(bits.length);
        expect(areAlike([value], [other])).to.equal(true);
        const found = new Set(bandsToFind([value]));
        expect(bandsOf([other]).some((band) => found.has(band))).to.equal(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('leave a hash alone that differs in seven bits', () => {
    expect(areAlike(['0000000000000000'], [flipped('0000000000000000', [0, 1, 2, 3, 4, 5, 6])])).to.equal(false);
  });
});
