/** Mobile numbers of mainland China: `1[3-9]` and nine digits. The operator behind one is never inferred. */

export const isPhone = (text: string): boolean => /^1[3-9]\d{9}$/.test(text);

/** Eleven digits without spaces, hyphens and country code, or null when that is no mobile number. */
export function normalisePhone(text: string): string | null {
  const plain = text.normalize('NFKC').replace(/[\s()-]/g, '');
  const national = plain.replace(/^(?:\+86|0086|86(?=1[3-9]\d{9}$))/, '');
  return isPhone(national) ? national : null;
}
