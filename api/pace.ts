/** When work that can wait should be done: of one thing some at once; what makes it a crowd later, piece by piece. */
export interface Pace {
  /** Of all things together. */
  readonly perSecond: number;
  /** So many in a row of one thing need not wait; again so many when nothing came of it for a while. */
  readonly burst: number;
  /** What comes beyond them waits at least so long: it would stand in the way of those who come now. */
  readonly restMs: number;
}

/** Things whose last work lies back longer are forgotten when more are known. */
const REMEMBERED = 1_000;

/** @returns for a piece of work on `thing` that comes at `now` the time to do it, in the same milliseconds */
export function createPace({ perSecond, burst, restMs }: Pace): (thing: string, now: number) => number {
  const gap = 1000 / perSecond;
  /** Until when what came of a thing lasts at this pace. */
  const usedUntil = new Map<string, number>();
  let last = -Infinity;

  function use(thing: string, until: number, now: number): void {
    usedUntil.delete(thing);
    usedUntil.set(thing, until);
    if (usedUntil.size <= REMEMBERED) return;
    for (const [known, at] of usedUntil) if (at <= now) usedUntil.delete(known);
  }

  return (thing, now) => {
    const until = Math.max(usedUntil.get(thing) ?? 0, now) + gap;
    if (until <= now + burst * gap) {
      use(thing, until, now);
      return now;
    }
    // As long as more come, and for the rest after them, all of it is a crowd.
    use(thing, now + restMs + burst * gap, now);
    last = Math.max(last + gap, now + restMs);
    return Math.round(last);
  };
}
