/**
 * A few lanes for many stories: only so many are at work at once. A story that waits for the clock leaves its lane, and
 * comes back before any new story starts, so that nothing expires while it stands in line.
 */
export interface Lanes {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Leaves the lane while `wait` lasts. Only inside of `run`. */
  away<T>(wait: () => Promise<T>): Promise<T>;
}

export function createLanes(count: number): Lanes {
  let free = count;
  const returning: (() => void)[] = [];
  const starting: (() => void)[] = [];

  async function enter(line: (() => void)[]): Promise<void> {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => line.push(resolve));
  }

  function leave(): void {
    const next = returning.shift() ?? starting.shift();
    if (next === undefined) free++;
    else next();
  }

  return {
    async run(work) {
      await enter(starting);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    async away(wait) {
      leave();
      try {
        return await wait();
      } finally {
        await enter(returning);
      }
    },
  };
}
