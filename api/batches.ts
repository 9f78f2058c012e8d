import { inTurns } from '../models/together.ts';
import { GatewayBusy } from './gateway-limits.ts';

/** Work on one thing by many at once: whatever waits while one piece runs is done with the next, in one go. */

export interface Batched<I, R> {
  readonly item: I;
  /** Two of one owner never go together: the second would not see what the first one did. Null: always alone. */
  readonly owner: string | null;
  /** @param again it went together with others before, that failed, and how far it came is not known */
  alone(again: boolean): Promise<R>;
}

interface Limits {
  readonly most: number;
  readonly waiting: number;
  readonly waitMs: number;
}

interface Waiting<I, R> extends Batched<I, R> {
  readonly since: number;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/**
 * @param together does several at once; what it throws makes each be done alone, one after the other
 */
export function createBatches<I, R>(
  { most, waiting, waitMs }: Limits,
  together: (items: readonly I[]) => Promise<readonly R[]>,
) {
  const queues = new Map<string, Waiting<I, R>[]>();

  async function work(key: string, queue: Waiting<I, R>[]): Promise<void> {
    while (queue.length > 0) {
      const batch = nextOf(queue);
      const inTime = batch.filter((one) => performance.now() - one.since < waitMs);
      for (const late of batch) if (!inTime.includes(late)) late.reject(new GatewayBusy(2));
      await settle(inTime);
    }
    queues.delete(key);
  }

  /** From the front on, as many as may go together. */
  function nextOf(queue: Waiting<I, R>[]): Waiting<I, R>[] {
    const first = queue.shift();
    if (first === undefined) return [];
    if (first.owner === null) return [first];
    const batch = [first];
    const owners = new Set([first.owner]);
    for (let i = 0; i < queue.length && batch.length < most;) {
      const one = queue[i];
      if (one?.owner == null || owners.has(one.owner)) i += 1;
      else {
        owners.add(one.owner);
        batch.push(one);
        queue.splice(i, 1);
      }
    }
    return batch;
  }

  async function settle(batch: readonly Waiting<I, R>[]): Promise<void> {
    if (batch.length > 1) {
      try {
        const results = await together(batch.map(({ item }) => item));
        void inTurns(batch, (one, i) => one.resolve(results[i] as R));
        return;
      } catch {
        // One of them spoils it for all: each gets its own try and its own error.
      }
    }
    for (const one of batch) await one.alone(batch.length > 1).then(one.resolve, one.reject);
  }

  return {
    /** @throws GatewayBusy when too many wait, or it waited too long */
    run(key: string, work_: Batched<I, R>): Promise<R> {
      const queue = queues.get(key) ?? [];
      if (queue.length >= waiting) return Promise.reject(new GatewayBusy(1));
      return new Promise<R>((resolve, reject) => {
        queue.push({ ...work_, since: performance.now(), resolve, reject });
        if (queues.has(key)) return;
        queues.set(key, queue);
        void work(key, queue);
      });
    },
  };
}
