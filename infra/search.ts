import { Jieba } from '@node-rs/jieba';
import { dict } from '@node-rs/jieba/dict.js';
import { pinyin } from 'pinyin-pro';
import type { Tokenizer } from '../domain/search/terms.ts';

let jieba: Jieba | null = null;

/** The dictionary takes some 100 ms and 30 MB: loaded with the first query, not with every process. */
const cutter = (): Jieba => (jieba ??= Jieba.withDict(dict));

/** Words of a query and pinyin initials. */
export const tokenizer: Tokenizer = {
  words(text) {
    // Two characters or fewer are one word already; cutting them could only widen the search.
    if ([...text].length <= 2) return [text];
    return text.split(' ').flatMap((part) => ([...part].length <= 2 ? [part] : cutter().cut(part, true)));
  },
  initials: (text) => {
    const han = [...text].filter((c) => /\p{Script=Han}/u.test(c)).join('');
    return han === '' ? '' : pinyin(han, { pattern: 'first', toneType: 'none', type: 'array' }).join('').toLowerCase();
  },
};
