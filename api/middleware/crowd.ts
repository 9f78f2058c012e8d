import { problem } from '../../contracts/problems.ts';
import type { Crowd } from '../route.ts';

/** Counts the requests on one thing that are being handled by this process. */
export interface CrowdGate {
  /** @returns what to call when the request is done. @throws Problem CASE_BUSY when as many as allowed are inside */
  enter(params: Readonly<Record<string, unknown>>): () => void;
}

/** While the process is busy a crowd keeps only this part of its places: everybody else comes first. */
const BUSY_PART = 2;

/**
 * Thousands who want the same thing at once are let in a few at a time; the rest are told to come back, before anything
 * is read or written for them, so that turning them away costs next to nothing and everybody else stays served. When to
 * come back is spread, or they would all come together again.
 */
export function createCrowdGate({ by, atOnce }: Crowd, isBusy: () => boolean = () => false): CrowdGate {
  const inside = new Map<string, number>();
  return {
    enter(params) {
      const key = String(params[by]);
      const count = inside.get(key) ?? 0;
      if (count >= (isBusy() ? Math.ceil(atOnce / BUSY_PART) : atOnce))
        throw problem('CASE_BUSY', { retryAfter: 1 + Math.random() * 3 });
      inside.set(key, count + 1);
      return () => {
        const now = (inside.get(key) ?? 1) - 1;
        if (now <= 0) inside.delete(key);
        else inside.set(key, now);
      };
    },
  };
}
