import { performance } from 'node:perf_hooks';

/** How much of this process's time was work lately, 0 to 1: at 1 every request waits for others. */
export interface LoopShare {
  /** True while more than the limit is used: whoever can wait should. */
  isHigh(): boolean;
  stop(): void;
}

const WINDOW_MS = 100;

export function createLoopShare(limit: number): LoopShare {
  let before = performance.eventLoopUtilization();
  let high = false;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    high = performance.eventLoopUtilization(now, before).utilization > limit;
    before = now;
  }, WINDOW_MS).unref();
  return { isHigh: () => high, stop: () => clearInterval(timer) };
}
