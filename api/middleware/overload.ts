import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RequestHandler } from 'express';
import { problem } from '../../contracts/problems.ts';

export interface Overload {
  readonly shed: RequestHandler;
  /** True while requests are turned away. */
  overloaded(): boolean;
  stop(): void;
}

interface OverloadOptions {
  /** Shed while the mean delay of the last window was above this. */
  readonly maxDelayMs: number;
  readonly windowMs?: number;
  /** For tests: the mean delay in milliseconds of the window that just ended. */
  readonly meanDelayMs?: () => number;
}

/** Answers 503 while the event loop is late: a queue that only grows helps nobody. Health and metrics come before it. */
export function overloadGuard({ maxDelayMs, windowMs = 500, meanDelayMs }: OverloadOptions): Overload {
  const resolution = 10;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  let late = false;
  const timer = setInterval(() => {
    // The histogram counts the sampling interval itself.
    const mean = meanDelayMs?.() ?? delay.mean / 1e6 - resolution;
    late = mean > maxDelayMs;
    delay.reset();
  }, windowMs).unref();
  return {
    shed: (_req, _res, next) => {
      if (late) next(problem('OVERLOADED', { retryAfter: 1 }));
      else next();
    },
    overloaded: () => late,
    stop: () => {
      clearInterval(timer);
      delay.disable();
    },
  };
}
