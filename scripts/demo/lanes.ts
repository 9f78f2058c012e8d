/**
 * A few lanes for many stories: only so many are at work at once. A story that waits for the clock leaves its lane, and
 * comes back before any new story starts, so that nothing expires while it stands in line.
 */
export interface Lanes {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Leaves the lane while `wait` lasts. Only inside of `run`. */
  away<T>(wait: () => Promise<T>): Promise<T>;
  /** What is at work takes long as it is: nothing more should begin. */
  isBusy(): boolean;
}

/** Only so many are at work while the machine is busy: what has begun must come to its end in time. */
const WHILE_BUSY = 2;

export function createLanes(count: number, isBusy: () => boolean = () => false): Lanes {
  let atWork = 0;
  const returning: (() => void)[] = [];
  const starting: (() => void)[] = [];

  /** Whoever may go on does: first who comes back. */
  function fill(): void {
    while (atWork < count) {
      const mayStart = atWork < WHILE_BUSY || !isBusy();
      const next = returning.shift() ?? (mayStart ? starting.shift() : undefined);
      if (next === undefined) return;
      atWork++;
      next();
    }
  }

  function enter(line: (() => void)[]): Promise<void> {
    const entered = new Promise<void>((resolve) => line.push(resolve));
    fill();
    return entered;
  }

  function leave(): void {
    atWork--;
    fill();
  }

  return {
    isBusy,
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
