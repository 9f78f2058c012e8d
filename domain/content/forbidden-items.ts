/** Things that nobody may ask for (data/forbidden-items.json). */
import { narrow } from './text-rules.ts';

export interface ForbiddenGroup {
  readonly id: string;
  /** Told to the publisher, in Chinese. */
  readonly reason: string;
  readonly words: readonly string[];
  /** Phrases in which such a word means something else: 酒 in 酒精. */
  readonly allow: readonly string[];
}

export interface ForbiddenItems {
  readonly version: string;
  readonly groups: readonly ForbiddenGroup[];
}

/** `index` and `length` in UTF-16 units of the text that was given. */
export interface ForbiddenFinding {
  readonly group: string;
  readonly word: string;
  readonly index: number;
  readonly length: number;
}

/**
 * Forbidden things named in a title or an item. Not for details: these tell a story in which a husband drinks and a dog
 * bites; see `findForbiddenWishes`. Blanks between Chinese characters, case and width make no difference.
 */
export function findForbidden(text: string, items: ForbiddenItems): ForbiddenFinding[] {
  const { plain, positions } = readable(text);
  const found: ForbiddenFinding[] = [];
  for (const group of items.groups) {
    const allowed = group.allow.flatMap((phrase) => occurrences(plain, phrase.toLowerCase()));
    for (const word of group.words) {
      for (const span of occurrences(plain, word.toLowerCase())) {
        if (allowed.some((a) => a.start <= span.start && span.end <= a.end)) continue;
        if (isPlaceName(plain, span.end) || !standsAlone(plain, span)) continue;
        const index = positions[span.start] ?? 0;
        found.push({ group: group.id, word, index, length: (positions[span.end - 1] ?? index) + 1 - index });
      }
    }
  }
  return longest(found);
}

/** A wish, then the thing, in one clause that denies nothing. */
const WISH = /[想需]要|想买|申请|希望|盼望|求助?|能不能|可否|顺便|再送|送[他她我它一两]|捐|缺/;
const DENIAL = /不|没|别|戒|勿|无|非|怕|防|替代|代替|旧的/;

/** Forbidden things that the details ask for, clause by clause. */
export function findForbiddenWishes(text: string, items: ForbiddenItems): ForbiddenFinding[] {
  const found: ForbiddenFinding[] = [];
  for (const clause of text.matchAll(/[^，。；！？,;!?\n]+/g)) {
    for (const finding of findForbidden(clause[0], items)) {
      const before = clause[0].slice(0, finding.index);
      if (WISH.test(before) && !DENIAL.test(before)) found.push({ ...finding, index: finding.index + clause.index });
    }
  }
  return found;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function occurrences(text: string, phrase: string): Span[] {
  const spans: Span[] = [];
  for (let start = text.indexOf(phrase); start >= 0 && phrase !== ''; start = text.indexOf(phrase, start + 1)) {
    spans.push({ start, end: start + phrase.length });
  }
  return spans;
}

/** 狗 in 狗脑村 is no dog: the word stands right before a place's suffix, or before one with a usual middle. */
const isPlaceName = (text: string, end: number): boolean =>
  /^[家头脑子石岩坑塘水口形背尾牙栏]?(?:村|镇|乡|屯|寨|庄|坪|岭|坳|冲|湾|沟|垭|坝)/.test(text.slice(end, end + 2));

/** A word in Latin letters must not be a piece of a longer one. */
function standsAlone(text: string, { start, end }: Span): boolean {
  const latin = /[a-z\d]/;
  const glued = (inside: number, outside: number): boolean =>
    latin.test(text.charAt(inside)) && latin.test(text.charAt(outside));
  return !glued(start, start - 1) && !glued(end - 1, end);
}

/** Of findings that share a place the longest says most. */
const longest = (found: readonly ForbiddenFinding[]): ForbiddenFinding[] =>
  found
    .filter(
      (a) => !found.some((b) => b.length > a.length && b.index <= a.index && a.index + a.length <= b.index + b.length),
    )
    .sort((a, b) => a.index - b.index);

/** Lower case, plain width, no blanks next to Chinese characters; with each unit's position in the original. */
function readable(text: string): { plain: string; positions: number[] } {
  const lower = narrow(text).replace(/[A-Z]/g, (c) => c.toLowerCase());
  const positions: number[] = [];
  let plain = '';
  for (let i = 0; i < lower.length; i += 1) {
    const c = lower.charAt(i);
    if (/[\u200b-\u200d\ufeff]/.test(c) || (/\s/.test(c) && touchesHan(lower, i))) continue;
    plain += c;
    positions.push(i);
  }
  return { plain, positions };
}

const touchesHan = (text: string, i: number): boolean => {
  const before = text.slice(0, i).trimEnd().slice(-1);
  const after = text.slice(i).trimStart().slice(0, 1);
  return [before, after].some((c) => /[\u4e00-\u9fff]/.test(c));
};
