import type { PledgeLine } from './types.ts';

/** Who waits for units, and for which. */
export interface Waiting {
  readonly id: string;
  readonly lines: readonly PledgeLine[];
}

/**
 * First come, first served: each in turn gets what is still free of what he would give. Who wants more than there is
 * gets that part, so that nobody behind him is kept waiting for it; who wants nothing of it stays in the queue.
 */
export function firstServed(free: readonly PledgeLine[], queue: readonly Waiting[]): Waiting[] {
  const left = new Map(free.map(({ lineId, quantity }) => [lineId, quantity]));
  return queue.flatMap(({ id, lines }) => {
    const given = lines
      .map(({ lineId, quantity }) => ({ lineId, quantity: Math.min(quantity, left.get(lineId) ?? 0) }))
      .filter(({ quantity }) => quantity > 0);
    for (const { lineId, quantity } of given) left.set(lineId, (left.get(lineId) ?? 0) - quantity);
    return given.length === 0 ? [] : [{ id, lines: given }];
  });
}
