/** Resident identity numbers (GB 11643): region, birth date, sequence, ISO 7064 MOD 11-2 check character. */

export type IdNumberFault = 'shape' | 'birthDate' | 'checkDigit';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';

/** Without spaces, full-width forms made plain, `x` as `X`. */
export const normaliseIdNumber = (text: string): string => text.normalize('NFKC').replace(/\s/g, '').toUpperCase();

/** What is wrong with a normalised number, or null. Its region part is not checked: regions are abolished, people stay. */
export function idNumberFault(id: string): IdNumberFault | null {
  if (!/^[1-9]\d{16}[\dX]$/.test(id)) return 'shape';
  if (birthDateOf(id) === null) return 'birthDate';
  return checkCharacter(id.slice(0, 17)) === id[17] ? null : 'checkDigit';
}

export const isIdNumber = (id: string): boolean => idNumberFault(id) === null;

/** The 18th character for the first 17 digits. */
export function checkCharacter(first17: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i += 1) sum += Number(first17[i]) * (WEIGHTS[i] ?? 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
}

/** `YYYY-MM-DD` from the number, or null when it names no day of the calendar from 1900 on. */
export function birthDateOf(id: string): string | null {
  const year = Number(id.slice(6, 10));
  const month = Number(id.slice(10, 12));
  const day = Number(id.slice(12, 14));
  if (!(year >= 1900 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return null;
  return `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** No region begins with 99: sample people carry it, and only demo and test profiles accept them. */
export const isFictional = (id: string): boolean => id.startsWith('99');
