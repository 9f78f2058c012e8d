/**
 * The Chinese working calendar: weekdays, minus public holidays, plus make-up working days (调休). All of China keeps
 * UTC+8 without daylight saving, so that a fixed offset is exact. Pure: the calendar is data that the caller brings.
 */

/** Milliseconds since the Unix epoch; the kernel's `Instant`, which imports this file. */
type Instant = number;

/** Public holidays and make-up working days by year, `MM-DD`. A year that is missing falls back to weekdays. */
export interface CalendarData {
  readonly version: string;
  readonly years: {
    readonly [year: string]: { readonly holidays: readonly string[]; readonly makeUpDays: readonly string[] };
  };
}

/** How long a day of the rules is. `demo` makes a day seconds long and every day a working day. */
export interface TimeRule {
  readonly dayMs: number;
  readonly workingDays: 'calendar' | 'every';
}

export const DAY_MS = 86_400_000;
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** Days since 1970-01-01 on a Shanghai wall calendar. */
const dayNumber = (at: Instant): number => Math.floor((at + SHANGHAI_OFFSET_MS) / DAY_MS);
const startOfDay = (day: number): Instant => day * DAY_MS - SHANGHAI_OFFSET_MS;

/** The Shanghai date of an instant, `YYYY-MM-DD`. */
export const dateInShanghai = (at: Instant): string => dateOf(dayNumber(at));

/** The Shanghai year of an instant. */
export const yearInShanghai = (at: Instant): number => Number(dateInShanghai(at).slice(0, 4));

const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Whether the data names the holidays of this year; if not, its weekdays count as working days. */
export const knowsYear = (calendar: CalendarData, year: number): boolean => String(year) in calendar.years;

/** Whether the Shanghai day of this instant is a working day. */
export const isWorkingDay = (at: Instant, calendar: CalendarData): boolean => worksOn(dayNumber(at), calendar);

function worksOn(day: number, calendar: CalendarData): boolean {
  const date = dateOf(day);
  const year = calendar.years[date.slice(0, 4)];
  if (year !== undefined) {
    if (lists(year.makeUpDays, date)) return true;
    if (lists(year.holidays, date)) return false;
  }
  const weekday = (day + 4) % 7; // 1970-01-01 was a Thursday; 0 is Sunday
  return weekday !== 0 && weekday !== 6;
}

/** Lists may hold `MM-DD` or `YYYY-MM-DD`. */
const lists = (dates: readonly string[], date: string): boolean =>
  dates.includes(date.slice(5)) || dates.includes(date);

/** `n` days later in the rule's days (real ones, or the seconds-long ones of a demo). */
export const addDays = (from: Instant, n: number, rule: TimeRule): Instant => from + Math.round(n * rule.dayMs);

/**
 * The same clock time `n` working days later; a start on a non-working day counts from the next working day's start, and
 * the result always lies on a working day. `n` may be fractional (half-time reminders); below 0 it counts as 0.
 * With `workingDays: 'every'` each of the rule's days works; with `'calendar'` a working day is 24 real hours.
 */
export function addWorkingDays(from: Instant, n: number, rule: TimeRule, calendar: CalendarData): Instant {
  const count = Math.max(0, n);
  if (rule.workingDays === 'every') return addDays(from, count, rule);
  let left = Math.round(count * DAY_MS);
  let day = dayNumber(from);
  let at = from;
  for (;;) {
    if (worksOn(day, calendar)) {
      const rest = startOfDay(day + 1) - at;
      // Strictly less: midnight belongs to the next working day, which keeps "same clock time" true for 00:00.
      if (left < rest) return at + left;
      left -= rest;
    }
    day += 1;
    at = startOfDay(day);
  }
}

/** Working days from `a` to `b`, fractional, negative when `b` lies before `a`; the inverse of `addWorkingDays`. */
export function workingDaysBetween(a: Instant, b: Instant, rule: TimeRule, calendar: CalendarData): number {
  if (rule.workingDays === 'every') return (b - a) / rule.dayMs;
  if (b < a) return -workingDaysBetween(b, a, rule, calendar);
  const last = dayNumber(b);
  let worked = 0;
  for (let day = dayNumber(a); day <= last; day += 1) {
    if (worksOn(day, calendar)) worked += Math.min(b, startOfDay(day + 1)) - Math.max(a, startOfDay(day));
  }
  return worked / DAY_MS;
}
