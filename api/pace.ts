/** When work that can wait should be done: some of it at once, then, after a rest, one piece after the other. */
export interface Pace {
  readonly perSecond: number;
  /** So many in a row need not wait. */
  readonly burst: number;
  /** What comes beyond them waits at least so long: it would stand in the way of those who come now. */
  readonly restMs: number;
}

/** @returns for a piece of work that comes at `now` the time to do it, in the same milliseconds */
export function createPace({ perSecond, burst, restMs }: Pace): (now: number) => number {
  const gap = 1000 / perSecond;
  let last = -Infinity;
  return (now) => {
    last = Math.max(last, now - burst * gap) + gap;
    if (last <= now) return now;
    last = Math.max(last, now + restMs);
    return Math.round(last);
  };
}
