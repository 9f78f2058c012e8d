/**
 * Likeness of pictures by 64-bit hashes (infra/picture-hash.ts makes them). Two pictures are alike when their hashes
 * differ in few bits. So that likes are found by an index, a hash is kept in bands too: hashes that differ in six bits
 * have one of four bands that differs in one bit at the most.
 */

/** 16 hex digits. */
export type PictureHash = string;

export const ALIKE_WITHIN_BITS = 6;
const BANDS = 4;
const BAND_BITS = 16;
const BAND_DIGITS = BAND_BITS / 4;

const bandValues = (hash: PictureHash): number[] =>
  Array.from({ length: BANDS }, (_, i) => Number.parseInt(hash.slice(i * BAND_DIGITS, (i + 1) * BAND_DIGITS), 16));

const bandKey = (band: number, value: number): number => band * 2 ** BAND_BITS + value;

/** What is indexed with a picture. */
export const bandsOf = (hashes: readonly PictureHash[]): number[] => [
  ...new Set(hashes.flatMap((hash) => bandValues(hash).map((value, band) => bandKey(band, value)))),
];

/** Every band that a picture alike to one of these may have: equal, or with one bit changed. */
export const bandsToFind = (hashes: readonly PictureHash[]): number[] => [
  ...new Set(
    hashes.flatMap((hash) =>
      bandValues(hash).flatMap((value, band) => [
        bandKey(band, value),
        ...Array.from({ length: BAND_BITS }, (_, bit) => bandKey(band, value ^ (1 << bit))),
      ]),
    ),
  ),
];

/** Number of bits that differ. */
export const bitsApart = (a: PictureHash, b: PictureHash): number =>
  bandValues(a).reduce((sum, value, i) => sum + bitsIn(value ^ (bandValues(b)[i] ?? 0)), 0);

function bitsIn(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Whether any two of the hashes are near enough. Pictures without a hash (a plain area) are like none. */
export const areAlike = (a: readonly PictureHash[], b: readonly PictureHash[]): boolean =>
  a.some((one) => b.some((other) => bitsApart(one, other) <= ALIKE_WITHIN_BITS));
