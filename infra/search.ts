import { Jieba } from '@node-rs/jieba';
import { dict } from '@node-rs/jieba/dict.js';
import { polyphonic } from 'pinyin-pro';
import type { Tokenizer } from '../domain/search/terms.ts';

let jieba: Jieba | null = null;

/** The dictionary takes some 100 ms and 30 MB: loaded with the first query, not with every process. */
const cutter = (): Jieba => (jieba ??= Jieba.withDict(dict));

/** Of each character met so far. */
const firstLetters = new Map<string, string>();

/** 长 is read chang and zhang, 重 chong and zhong: which one depends on the word, and people don't agree on it. */
function lettersOf(character: string): string {
  const known = firstLetters.get(character);
  if (known !== undefined) return known;
  const readings = polyphonic(character, { pattern: 'first', toneType: 'none', type: 'array' }).flat();
  const letters = [...new Set(readings.filter((letter) => /^[a-z]$/.test(letter)))].join('');
  firstLetters.set(character, letters);
  return letters;
}

/** Words of a query and pinyin initials. */
export const tokenizer: Tokenizer = {
  // Two characters or fewer are one word already; cutting them could only widen the search.
  words: (piece) => ([...piece].length <= 2 ? [piece] : cutter().cut(piece, true)),
  initials: (text) => (text.match(/\p{Script=Han}/gu) ?? []).map(lettersOf),
};
