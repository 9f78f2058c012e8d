/**
 * Text search without a search engine: a record keeps the terms of its public words, a query asks for records that have
 * all of its terms, and what comes back is verified by substring, so that two pairs of characters that happen to stand
 * apart don't count as a word.
 */

/** What the domain can't do itself: cut Chinese into words and spell it. Given by infra/search.ts. */
export interface Tokenizer {
  /** The words of a query, in order. */
  words(text: string): string[];
  /** First letters of the pinyin of each Chinese character, lower case, others left out: 棉被 → `mb`. */
  initials(text: string): string;
}

/** Terms of pinyin initials carry a mark, so that `mb` the spelling never meets `mb` the word. */
const SPELLED = '~';
const HAN_RUN = /\p{Script=Han}+/gu;
const LATIN_RUN = /[a-z0-9]+/g;

/** Lower case, plain width, one blank between words. */
export const normaliseText = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/** Pairs of neighbouring characters; a single character stands for itself. */
export function bigrams(run: string): string[] {
  const characters = [...run];
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, i) => `${characters[i] ?? ''}${character}`);
}

/** Terms of one text: every Chinese character and pair, every Latin or numeric word. */
export function textTerms(text: string): string[] {
  const plain = normaliseText(text);
  const han = plain.match(HAN_RUN) ?? [];
  return [...new Set([...han.flatMap((run) => [...run, ...bigrams(run)]), ...(plain.match(LATIN_RUN) ?? [])])];
}

/** The public words of a need: what a stranger may find it by. */
export interface Searchable {
  readonly title: string;
  readonly itemNames: readonly string[];
  readonly placeNames: readonly string[];
}

/** Terms to keep with a need. Places count by pairs only: single characters of a county would match everything there. */
export function searchTerms(
  { title, itemNames, placeNames }: Searchable,
  tokenizer: Pick<Tokenizer, 'initials'>,
): string[] {
  const words = [title, ...itemNames];
  const places = placeNames.flatMap((name) => bigrams(normaliseText(name)));
  const spelled = [...words, ...placeNames].flatMap((text) => spelledTerms(tokenizer.initials(text)));
  return [...new Set([...words.flatMap(textTerms), ...places, ...spelled])];
}

const spelledTerms = (initials: string): string[] => bigrams(initials).map((pair) => `${SPELLED}${pair}`);

/** One way a query may be meant: terms that a record must have all of, and a check of what comes back. */
export interface Reading {
  readonly terms: readonly string[];
  readonly verify: (record: Searchable) => boolean;
}

/** The ways a query may be meant: as words and, when it is a few plain letters, as initials. Empty: nothing to look for. */
export function readingsOf(query: string, tokenizer: Tokenizer): Reading[] {
  const plain = normaliseText(query);
  const words = tokenizer
    .words(plain)
    .map(normaliseText)
    .filter((word) => /[\p{Script=Han}a-z0-9]/u.test(word));
  const readings: Reading[] = [];
  if (words.length > 0) {
    readings.push({ terms: [...new Set(words.flatMap(wordTerms))], verify: (record) => hasWords(record, words) });
  }
  if (/^[a-z]{2,10}$/.test(plain)) {
    const spelled = (record: Searchable): boolean =>
      publicTexts(record).some((text) => tokenizer.initials(text).includes(plain));
    readings.push({ terms: spelledTerms(plain), verify: spelled });
  }
  return readings.filter((reading) => reading.terms.length > 0);
}

function wordTerms(word: string): string[] {
  const han = word.match(HAN_RUN) ?? [];
  return [...han.flatMap(bigrams), ...(word.match(LATIN_RUN) ?? [])];
}

const publicTexts = ({ title, itemNames, placeNames }: Searchable): string[] => [title, ...itemNames, ...placeNames];

function hasWords(record: Searchable, words: readonly string[]): boolean {
  const texts = publicTexts(record).map(normaliseText);
  return words.every((word) => texts.some((text) => text.includes(word)));
}
