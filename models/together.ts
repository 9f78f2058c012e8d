import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/**
 * Small reads or writes of many requests as one. Who comes alone is served at once; what comes while others are on their
 * way goes together with the next. So a crowd costs a few round trips instead of one each.
 */

interface Waiting<I, R> {
  readonly item: I;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** So many go on in one turn of the process. */
const A_TURN = 16;

/**
 * Lets those who waited go on, a few in each turn of the process: what each does next comes at once, and everybody else
 * would wait for all of it.
 */
export async function inTurns<T>(all: readonly T[], goOn: (one: T, i: number) => void): Promise<void> {
  for (const [i, one] of all.entries()) {
    if (i > 0 && i % A_TURN === 0) await nextTurn();
    goOn(one, i);
  }
}

/** More at once would make the first of a batch wait for its last. */
const MOST = 200;
/** As long as few come side by side, a batch begins no sooner after the one before: it is larger then. */
const SPACE_MS = 8;
const FEW = 16;
/** A second batch goes on its way when the first takes this long. */
const SECOND_AFTER_MS = 25;
const IN_FLIGHT = 2;

/** @param work gives the results in the order of its items; what it throws is thrown at each of them */
export function together<I, R>(work: (items: readonly I[]) => Promise<readonly R[]>): (item: I) => Promise<R> {
  const waiting: Waiting<I, R>[] = [];
  let running = 0;
  let second: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    running += 1;
    // Those who were let go on together ask in the same moment, one after the other.
    await Promise.resolve();
    while (waiting.length > 0) {
      const since = performance.now();
      await settle(waiting.splice(0, MOST));
      const early = since + SPACE_MS - performance.now();
      if (waiting.length > 0 && waiting.length < FEW && early > 0) await sleep(early);
    }
    running -= 1;
  }

  function begin(): void {
    if (running === 0) void run();
    else if (running < IN_FLIGHT) second ??= setTimeout(beginSecond, SECOND_AFTER_MS);
  }

  function beginSecond(): void {
    second = undefined;
    if (waiting.length > 0 && running < IN_FLIGHT) void run();
  }

  async function settle(batch: readonly Waiting<I, R>[]): Promise<void> {
    try {
      const results = await work(batch.map(({ item }) => item));
      void inTurns(batch, ({ resolve }, i) => resolve(results[i] as R));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (item) =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      begin();
    });
}

/** Reads records by their ids, each once however many ask for it. */
export const byIdTogether = <T extends { readonly _id: string }>(
  find: (ids: readonly string[]) => Promise<readonly T[]>,
): ((id: string) => Promise<T | null>) =>
  together<string, T | null>(async (ids) => {
    const found = new Map((await find([...new Set(ids)])).map((record) => [record._id, record]));
    return ids.map((id) => found.get(id) ?? null);
  });
