import type { Instant } from '../kernel/types.ts';

/**
 * Where somebody says he lives opens needs nearby to him first, and lets him vouch for his neighbours. Nobody checks it, so
 * it must not move from village to village as he likes: to say it for the first time is free, to change it takes time.
 *
 * @param since when he said so last; null: never, or before anybody kept it
 * @param changeDays undefined: a policy that asks nothing
 * @returns until when it stays; null: it may be changed
 */
export function homeFixedUntil(
  since: Instant | null,
  changeDays: number | undefined,
  { now, dayMs }: { readonly now: Instant; readonly dayMs: number },
): Instant | null {
  if (since === null || changeDays === undefined) return null;
  const until = since + changeDays * dayMs;
  return until > now ? until : null;
}
