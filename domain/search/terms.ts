/**
 * Text search without a search engine: a record keeps the terms of its public words, a query asks for records that have
 * all of its terms, and what comes back is verified by substring, so that two pairs of characters that happen to stand
 * apart don't count as a word. Every piece of a text is found: a text keeps each of its characters and pairs, and the
 * terms of any piece are among them.
 */

/** What the domain can't do itself: cut Chinese into words and spell it. Given by infra/search.ts. */
export interface Tokenizer {
  /** The words of a piece of a query, in order; together they are the piece. */
  words(piece: string): string[];
  /** For each Chinese character its possible first letters in pinyin, lower case, others left out: 长乐 → `['cz', 'ly']`. */
  initials(text: string): string[];
}

/** Changes with the terms that a record keeps: at the next setup those of older records are made anew. */
export const TERMS_VERSION = '3';

/** Terms of pinyin initials carry a mark, so that `mb` the spelling never meets `mb` the word. */
const SPELLED = '~';
/** What can be looked for; everything else only parts it. */
const RUN = /[\p{L}\p{N}\p{M}]+/gu;
/** More pieces than this are not read as initials: each doubles the ways to look. */
const SPELLED_PIECES = 3;

/** Lower case, plain width, one blank between words. */
export const normaliseText = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

const runsOf = (plain: string): string[] => plain.match(RUN) ?? [];

/** Pairs of neighbouring characters; a single character stands for itself. */
export function bigrams(run: string): string[] {
  const characters = [...run];
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, i) => `${characters[i] ?? ''}${character}`);
}

/** Terms of one text: every character and every pair, of whatever script. */
export const textTerms = (text: string): string[] => [
  ...new Set(runsOf(normaliseText(text)).flatMap((run) => [...run, ...bigrams(run)])),
];

/** The public words of a need: what a stranger may find it by. */
export interface Searchable {
  readonly title: string;
  readonly itemNames: readonly string[];
  /** From the province down. People write them in one go: 石城县琴江镇长乐村. */
  readonly placeNames: readonly string[];
}

const publicTexts = ({ title, itemNames, placeNames }: Searchable): string[] =>
  [title, ...itemNames, placeNames.join('')].map(normaliseText);

/** Terms to keep with a need. */
export function searchTerms(record: Searchable, tokenizer: Pick<Tokenizer, 'initials'>): string[] {
  const texts = publicTexts(record);
  const spelled = texts.flatMap((text) => spelledTerms(tokenizer.initials(text)));
  return [...new Set([...texts.flatMap(textTerms), ...spelled])];
}

/** Pairs of neighbouring initials, each in every way that it may be read. */
const spelledTerms = (initials: readonly string[]): string[] =>
  initials
    .slice(1)
    .flatMap((second, i) => [...(initials[i] ?? '')].flatMap((a) => [...second].map((b) => `${SPELLED}${a}${b}`)));

/** One way a query may be meant: terms that a record must have all of, and a check of what comes back. */
export interface Reading {
  readonly terms: readonly string[];
  readonly verify: (record: Searchable) => boolean;
}

type Check = (texts: readonly string[], initials: () => readonly (readonly string[])[]) => boolean;
interface Way {
  readonly terms: readonly string[];
  readonly check: Check;
}

/**
 * The ways a query may be meant. Blanks part it into pieces that a record must all have, anywhere; a piece is a word
 * or several, and a few plain letters may be initials as well. Empty: nothing to look for.
 */
export function readingsOf(query: string, tokenizer: Tokenizer): Reading[] {
  const pieces = normaliseText(query)
    .split(' ')
    .filter((piece) => runsOf(piece).length > 0);
  if (pieces.length === 0) return [];
  let spelled = 0;
  let ways: Way[][] = [[]];
  for (const piece of pieces) {
    const options = [asWords(piece, tokenizer)];
    if (/^[a-z]{2,10}$/.test(piece) && (spelled += 1) <= SPELLED_PIECES) options.push(asInitials(piece));
    ways = ways.flatMap((way) => options.map((option) => [...way, option]));
  }
  return ways.map((way) => ({
    terms: [...new Set(way.flatMap(({ terms }) => terms))],
    verify: (record) => {
      const texts = publicTexts(record);
      const initials = (): string[][] => texts.map((text) => tokenizer.initials(text));
      return way.every(({ check }) => check(texts, initials));
    },
  }));
}

function asWords(piece: string, tokenizer: Tokenizer): Way {
  const words = runsOf(piece).flatMap((run) => tokenizer.words(run));
  return { terms: words.flatMap(bigrams), check: (texts) => words.every((w) => texts.some((t) => t.includes(w))) };
}

const asInitials = (piece: string): Way => ({
  terms: spelledTerms([...piece]),
  check: (_, initials) => initials().some((spelling) => isSpelled(spelling, piece)),
});

/** Whether the letters stand for neighbouring characters of a text. */
const isSpelled = (initials: readonly string[], letters: string): boolean =>
  initials.some((_, from) => [...letters].every((letter, i) => initials[from + i]?.includes(letter) === true));
