import { createRequire } from 'node:module';
import type * as jiebaPackage from '@node-rs/jieba';
import type * as jiebaDictionary from '@node-rs/jieba/dict.js';
import type * as pinyinPackage from 'pinyin-pro';
import type { Tokenizer } from '../domain/search/terms.ts';

// Both libraries bring a dictionary that takes up to 100 ms and 30 MB: loaded when they are first needed.
const require = createRequire(import.meta.url);
let jieba: jiebaPackage.Jieba | null = null;
let pinyin: typeof pinyinPackage | null = null;

function cutter(): jiebaPackage.Jieba {
  if (jieba !== null) return jieba;
  const library = require('@node-rs/jieba') as typeof jiebaPackage;
  const { dict } = require('@node-rs/jieba/dict.js') as typeof jiebaDictionary;
  return (jieba = library.Jieba.withDict(dict));
}

/** Of each character met so far. */
const firstLetters = new Map<string, string>();

/** 长 is read chang and zhang, 重 chong and zhong: which one depends on the word, and people don't agree on it. */
function lettersOf(character: string): string {
  const known = firstLetters.get(character);
  if (known !== undefined) return known;
  pinyin ??= require('pinyin-pro') as typeof pinyinPackage;
  const readings = pinyin.polyphonic(character, { pattern: 'first', toneType: 'none', type: 'array' }).flat();
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
