/** When work that can wait should be done: some of it at once, then one piece after the other. */
export interface Pace {
  readonly perSecond: number;
  /** So many in a row need not wait. */
  readonly burst: number;
}

/** @returns for a piece of work that comes at `now` the time to do it, in the same milliseconds */
export function createPace({ perSecond, burst }: Pace): (now: number) => number {
  const gap = 1000 / perSecond;
  let last = -Infinity;
  return (now) => {
    last = Math.max(last, now - burst * gap) + gap;
    return Math.max(now, Math.round(last));
  };
}
