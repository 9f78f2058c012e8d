import { bigrams, normaliseText } from './terms.ts';

/** Words that say nothing about what is wanted; left in, every request would resemble every other one. */
const FILLER =
  /需要|希望|想要|申请|求助|请求|一个|一台|一床|一套|一张|家里|我家|急需|帮助|帮忙|[，。！？、；：\s\p{P}]/gu;

const pairsOf = (text: string): string[] => bigrams(normaliseText(text).replace(FILLER, ''));

/** Dice coefficient over pairs of characters: 0 nothing in common, 1 the same. */
export function similarity(a: string, b: string): number {
  const left = pairsOf(a);
  const right = pairsOf(b);
  if (left.length === 0 || right.length === 0) return 0;
  const rest = new Map<string, number>();
  for (const pair of right) rest.set(pair, (rest.get(pair) ?? 0) + 1);
  let shared = 0;
  for (const pair of left) {
    const count = rest.get(pair) ?? 0;
    if (count === 0) continue;
    rest.set(pair, count - 1);
    shared += 1;
  }
  return (2 * shared) / (left.length + right.length);
}

/** Those of `others` that resemble `text` most, at most `limit`; equally alike ones stay in their order. */
export const mostAlike = <T>(text: string, others: readonly T[], textOf: (other: T) => string, limit: number): T[] =>
  others
    .map((other) => ({ other, score: similarity(text, textOf(other)) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ other }) => other);
