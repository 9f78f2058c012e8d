import type { Instant } from './types.ts';

/** FNV-1a, 32 bit: spreads ids evenly and is the same on every machine and in every replay. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** When the clock really acts on a deadline: never before it, at most `jitterMs` after it. */
export const spread = (caseId: string, at: Instant, jitterMs: number): Instant =>
  at + (jitterMs > 0 ? hash32(caseId) % jitterMs : 0);
