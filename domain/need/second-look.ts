import type { Instant, Level } from '../kernel/types.ts';
import { LEVELS, levelAbove } from '../region/region.ts';
import { addWorkingDays, type CalendarData, type TimeRule } from '../time/calendar.ts';

/**
 * Second reviews and second askings: until when somebody must have done one, and who must when nobody has. A sample that
 * nobody looks at checks nothing.
 */

export type SecondLook = 'recheck' | 'outcomeCheck';

export interface SecondLookTimes {
  readonly remindAt: Instant;
  readonly dueAt: Instant;
}

interface Rules {
  readonly shared: { readonly time: TimeRule };
  readonly need: { readonly secondLookWorkingDays?: number | undefined };
}

/** Null under a policy that sets no time. */
export function secondLookTimes(at: Instant, { shared, need }: Rules, calendar: CalendarData): SecondLookTimes | null {
  const days = need.secondLookWorkingDays;
  if (days === undefined) return null;
  const dueAt = addWorkingDays(at, days, shared.time, calendar);
  return { remindAt: at + Math.round((dueAt - at) / 2), dueAt };
}

/** The level that is asked besides those who let the time pass; null where there is none above them. */
export function askedNext(levels: readonly Level[]): Level | null {
  const highest = LEVELS.findLast((level) => levels.includes(level));
  return highest === undefined ? null : levelAbove(highest);
}

/** Who let the time pass just now: all that were asked, and of those that slept before only the one asked last. */
export function sleepersOf(levels: readonly Level[], before: readonly { readonly level: Level }[]): readonly Level[] {
  const top = LEVELS.findLast((level) => levels.includes(level));
  return LEVELS.filter((level) => levels.includes(level)).filter(
    (level) => level === top || !before.some((slept) => slept.level === level),
  );
}

const WHAT: Readonly<Record<SecondLook, string>> = {
  recheck: '一份抽查复审',
  outcomeCheck: '一次效果回访复核',
};

/** No need is named: whoever does it must not know what was decided or answered. */
export const reminderText = (kind: SecondLook, place: string): string =>
  `${place}的${WHAT[kind]}还没有人办理，期限已过半，请尽快办理。`;

export const overdueText = (kind: SecondLook, place: string): string =>
  `${place}的${WHAT[kind]}逾期无人办理，现在也请您这一级办理。`;
