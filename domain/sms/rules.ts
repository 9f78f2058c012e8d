import type { Instant } from '../kernel/types.ts';

/** When text messages go out, and how long a code is good. Part of the policy. */
export interface SmsRules {
  /** Hours of the day in Shanghai: from the first until the second nothing goes out that can wait; equal: always. */
  readonly quietHours: { readonly from: number; readonly to: number };
  /** Notices to one phone per day that can wait until tomorrow. */
  readonly noticesPerDay: number;
  readonly codeMinutes: number;
  /** Wrong tries after which a code is good no longer. */
  readonly codeTries: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** China has one time zone and no summer time. */
const SHANGHAI = 8 * HOUR;

const startOfDay = (at: Instant): Instant => Math.floor((at + SHANGHAI) / DAY) * DAY - SHANGHAI;

/** Midnight in Shanghai before an instant: from then on a phone's messages of the day count. */
export const smsDayOf = startOfDay;

/** The first instant from `now` on that is not in the quiet hours. */
export function wakingTime(now: Instant, { quietHours: { from, to } }: Pick<SmsRules, 'quietHours'>): Instant {
  const day = startOfDay(now);
  const hour = (now - day) / HOUR;
  if (from === to) return now;
  if (from < to) return hour >= from && hour < to ? day + to * HOUR : now;
  if (hour >= from) return day + DAY + to * HOUR;
  return hour < to ? day + to * HOUR : now;
}

/** Tomorrow's first waking hour: for what is more than a phone gets in one day. */
export const tomorrow = (now: Instant, rules: Pick<SmsRules, 'quietHours'>): Instant =>
  wakingTime(startOfDay(now) + DAY, rules);
