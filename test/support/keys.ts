import { createHash } from 'node:crypto';
import type { KeyRing } from '../../infra/config.ts';

/** A ring of made-up keys; the same id always has the same key. The first id is the current one. */
export function keyRing(first: string, ...older: string[]): KeyRing {
  const keyOf = (id: string): Buffer => createHash('sha256').update(`test key ${id}`).digest();
  const all = new Map([first, ...older].map((id) => [id, keyOf(id)]));
  return { current: { id: first, key: keyOf(first) }, all };
}
