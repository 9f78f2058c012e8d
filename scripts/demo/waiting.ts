import { setTimeout as delay } from 'node:timers/promises';

/**
 * How the demo waits. A busy machine makes everything late and nothing wrong, so a wait ends not after some seconds but
 * when nothing has moved for long, or when it has lasted longer than any deadline of the demo's policy.
 */

/** A step that stands as it stands is given this long. */
export const PATIENCE_MS = 120_000;
/** In all, also while something still moves. */
const LONGEST_MS = 300_000;
const SHORTEST_PAUSE_MS = 80;
const LONGEST_PAUSE_MS = 700;

/** Looks until it holds, less and less often. @throws Error saying what it looked at last */
export async function until<T, S extends T = T>(
  what: string,
  read: () => Promise<T>,
  holds: ((value: T) => value is S) | ((value: T) => boolean),
): Promise<S> {
  const startedAt = performance.now();
  let movedAt = startedAt;
  let before = '';
  for (let pause = SHORTEST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.4)) {
    const value = await read();
    if (holds(value)) return value as S;
    const seen = JSON.stringify(value) ?? '';
    const now = performance.now();
    if (seen !== before) movedAt = now;
    before = seen;
    if (now - movedAt > PATIENCE_MS || now - startedAt > LONGEST_MS) {
      throw new Error(`waited in vain for ${what}${lastly(value)}`);
    }
    await delay(pause);
  }
}

function lastly(value: unknown): string {
  const stage = typeof value === 'object' && value !== null && 'stage' in value ? value.stage : null;
  return typeof stage === 'string' ? `; it is ${stage}` : '';
}

export const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};
