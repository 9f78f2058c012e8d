/** What may stand in text that strangers read. */

export type PersonalDataKind = 'idNumber' | 'phone' | 'bankCard' | 'plate' | 'messengerId';

/** Where in the text something was found, in UTF-16 units, so that it fits `text.slice`. */
export interface PersonalDataFinding {
  readonly kind: PersonalDataKind;
  readonly index: number;
  readonly length: number;
}

/** Characters as people count them, without the space around the text. */
export const lengthOf = (text: string): number => [...text.trim()].length;

export const hasChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

/** Between digits of one number: blanks, hyphens, dots and characters without width. */
const GAP = '[\\s\\-.·•_—–\\u200b-\\u200d\\ufeff]{0,3}';
const digits = (count: string): string => `(?:${GAP}\\d)${count}`;

/** In order of precedence: what an earlier rule found, a later one does not report again. */
const RULES: readonly { kind: PersonalDataKind; pattern: RegExp; holds: (match: string) => boolean }[] = [
  {
    kind: 'idNumber',
    // A birth date from 1900 on in its place is enough: a number with a slip in it still tells who somebody is.
    pattern: new RegExp(`(?<!\\d)[1-9]${digits('{16}')}${GAP}[\\dX](?![\\dA-Z])`, 'gi'),
    holds: (match) => /^\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/i.test(compact(match)),
  },
  {
    kind: 'bankCard',
    pattern: new RegExp(`(?<!\\d)[3-9]${digits('{15,18}')}(?!\\d)`, 'g'),
    holds: (match) => passesLuhn(compact(match)) && evenlySpaced(match),
  },
  {
    kind: 'phone',
    pattern: new RegExp(`(?<!\\d)(?:\\+?${GAP}86${GAP})?1${GAP}[3-9]${digits('{9}')}(?!\\d)`, 'g'),
    holds: (match) => evenlySpaced(match),
  },
  { kind: 'phone', pattern: /(?<!\d)0\d{2,3}[\s\-—]?[2-9]\d{6,7}(?!\d)/g, holds: () => true },
  {
    kind: 'plate',
    pattern:
      /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•\s]?[A-HJ-NP-Z\d]{4,5}[A-HJ-NP-Z\d挂学警港澳](?![A-Z\d])/gi,
    holds: (match) => (match.match(/\d/g) ?? []).length >= 2,
  },
  {
    kind: 'messengerId',
    pattern: /(?:微信|威信|QQ|\bVX|\bWX)(?:号码?)?[\s:：是]{0,3}[A-Z\d][A-Z\d_-]{5,19}(?![A-Z\d])/gi,
    holds: (match) => /\d/.test(match),
  },
];

/** Identity, phone and bank card numbers, plates and messenger ids, however they are spaced or spelled; by position. */
export function findPersonalData(text: string): PersonalDataFinding[] {
  const found: PersonalDataFinding[] = [];
  for (const readable of [narrow(text), narrow(text).replace(/[〇零一二三四五六七八九幺]/g, chineseDigit)]) {
    for (const rule of RULES) {
      for (const match of readable.matchAll(rule.pattern)) {
        const finding = { kind: rule.kind, index: match.index, length: match[0].length };
        if (rule.holds(match[0]) && !found.some((other) => overlap(other, finding))) found.push(finding);
      }
    }
  }
  return found.sort((a, b) => a.index - b.index);
}

const overlap = (a: PersonalDataFinding, b: PersonalDataFinding): boolean =>
  a.index < b.index + b.length && b.index < a.index + a.length;

/** Full-width letters, digits and blanks as plain ones, unit by unit so that positions stay. */
export const narrow = (text: string): string =>
  text.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replaceAll('\u3000', ' ');

const chineseDigit = (c: string): string =>
  c === '幺' ? '1' : String('零一二三四五六七八九'.indexOf(c === '〇' ? '零' : c));

const compact = (match: string): string => match.replace(/[^\dX]/gi, '');

/**
 * One number is written in one piece, in groups of three or more, or digit by digit. Anything else is a row of small
 * numbers such as sizes or prices.
 */
function evenlySpaced(match: string): boolean {
  const groups = match.replace(/^\+?\D*86(?=\D|1)/, '').match(/\d+/g) ?? [];
  return groups.length === 1 || groups.every((g) => g.length >= 3) || groups.every((g) => g.length === 1);
}

function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let i = 0; i < number.length; i += 1) {
    const digit = Number(number[number.length - 1 - i]) * (i % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}
