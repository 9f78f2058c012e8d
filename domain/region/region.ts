/**
 * Region codes: GB/T 2260 and its statistical extension. The code of a region begins with the code of the region above
 * it: province 2 digits, city 4, county 6, township 9, village 12. Never key on names: thousands of them repeat.
 */
import type { Level } from '../kernel/types.ts';

export type { Level } from '../kernel/types.ts';

/** From the lowest to the highest. */
export const LEVELS = ['village', 'township', 'county', 'city', 'province'] as const satisfies readonly Level[];

const DIGITS: Readonly<Record<Level, number>> = { province: 2, city: 4, county: 6, township: 9, village: 12 };

/** Whether the text has the shape of a region code (that the region exists is for the register to say). */
export const isRegionCode = (text: string): boolean =>
  /^\d+$/.test(text) && LEVELS.some((l) => DIGITS[l] === text.length);

/** @throws RangeError when the code has not the length of any level */
export function levelOf(code: string): Level {
  const level = LEVELS.find((l) => DIGITS[l] === code.length);
  if (level === undefined || !/^\d+$/.test(code)) throw new RangeError(`not a region code: ${code}`);
  return level;
}

/** Ancestor codes from the province down to the region itself. */
export function pathOf(code: string): string[] {
  const own = DIGITS[levelOf(code)];
  return [2, 4, 6, 9, 12].filter((digits) => digits <= own).map((digits) => code.slice(0, digits));
}

/** Whether a region is the other one or lies in it. */
export const isWithin = (code: string, ancestor: string): boolean =>
  code.startsWith(ancestor) && isRegionCode(ancestor);

/** The lowest level on which two places are in the same region; null when not even the province is the same. */
export function sharedLevel(a: string, b: string): Level | null {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most && a.charCodeAt(same) === b.charCodeAt(same)) same += 1;
  return LEVELS.find((level) => DIGITS[level] <= same) ?? null;
}

/** The next level up; null above the province. */
export const levelAbove = (level: Level): Level | null => LEVELS[LEVELS.indexOf(level) + 1] ?? null;

/** Whether `a` is a higher level than `b`. */
export const isAbove = (a: Level, b: Level): boolean => LEVELS.indexOf(a) > LEVELS.indexOf(b);

/** The code on this level in a path (or of a region's own code); null when the path does not reach down to it. */
export function codeAt(path: readonly string[] | string, level: Level): string | null {
  const codes = typeof path === 'string' ? pathOf(path) : path;
  return codes.find((code) => code.length === DIGITS[level]) ?? null;
}

/** The code of the region above; null for a province. */
export const parentOf = (code: string): string | null => pathOf(code).at(-2) ?? null;
