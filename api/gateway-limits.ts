/** Too many commands for one case at once; the caller may come back in `retryAfterSeconds`. Nothing was sent. */
export class GatewayBusy extends Error {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('too many commands for this case');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface Lane {
  running: number;
  readonly waiting: { readonly go: () => void; readonly timer: NodeJS.Timeout }[];
}

export interface LaneLimits {
  /** As a function it is asked anew whenever a place is wanted or left. At least 1. */
  readonly inFlight: number | (() => number);
  readonly waiting: number;
  readonly waitMs: number;
  /**
   * When more than this part of the places is taken, who comes waits until no more is, and goes in together with all who
   * wait: they then go side by side, and what each reads or writes goes with that of the others. Default: 1, everybody
   * goes in as soon as there is a place.
   */
  readonly refillAt?: number;
}

export interface Lanes {
  /** @throws GatewayBusy when too many wait already, or it waited too long */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/**
 * Few commands in flight per case and a short queue behind them: Temporal takes 10 updates in flight per workflow, and
 * a case decides one after the other anyway.
 */
export function createLanes(limits: LaneLimits): Lanes {
  const lanes = new Map<string, Lane>();
  const { inFlight, refillAt = 1 } = limits;
  const places = typeof inFlight === 'number' ? () => inFlight : inFlight;
  const isOpen = ({ running }: Lane): boolean => running < places() && running <= places() * refillAt;

  const enter = (key: string): Promise<void> => {
    const lane = lanes.get(key) ?? { running: 0, waiting: [] };
    lanes.set(key, lane);
    if (lane.waiting.length === 0 && isOpen(lane)) {
      lane.running += 1;
      return Promise.resolve();
    }
    if (lane.waiting.length >= limits.waiting) return Promise.reject(new GatewayBusy(1));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const place = lane.waiting.findIndex((w) => w.timer === timer);
        if (place >= 0) lane.waiting.splice(place, 1);
        reject(new GatewayBusy(2));
      }, limits.waitMs);
      lane.waiting.push({ go: resolve, timer });
    });
  };

  const leave = (key: string): void => {
    const lane = lanes.get(key);
    if (lane === undefined) return;
    lane.running -= 1;
    const letIn = isOpen(lane);
    while (letIn && lane.running < places()) {
      const next = lane.waiting.shift();
      if (next === undefined) break;
      clearTimeout(next.timer);
      lane.running += 1;
      next.go();
    }
    if (lane.running === 0) lanes.delete(key);
  };

  return {
    async run(key, work) {
      await enter(key);
      try {
        return await work();
      } finally {
        leave(key);
      }
    },
  };
}

/**
 * Opens after one failure, so that callers don't each wait out their limit while Temporal or the workers are away; lets
 * the next command through after `restMs` to see whether they are back. One silent case alone closes only its own way:
 * the rest of the country must not wait for it. Two different ones in a row, without a success between, close all.
 */
export function createBreaker(restMs: number): {
  isOpen(key: string): boolean;
  failed(key: string): void;
  succeeded(): void;
} {
  const failedAt = new Map<string, number>();
  const recent = (at: number | undefined): boolean => at !== undefined && Date.now() - at < restMs;
  return {
    isOpen(key) {
      for (const [failed, at] of failedAt) if (!recent(at)) failedAt.delete(failed);
      return failedAt.size > 1 || failedAt.has(key);
    },
    failed(key) {
      failedAt.set(key, Date.now());
    },
    succeeded() {
      failedAt.clear();
    },
  };
}
