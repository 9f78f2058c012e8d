import type { Level } from '../kernel/types.ts';
import { isPresent, presentFrom } from '../need/route.ts';
import { LEVELS, levelAbove } from '../region/region.ts';
import type { Authority, Eligible } from './types.ts';

export interface Found {
  readonly authority: Authority;
  /** Levels passed over because nobody there may decide. */
  readonly skipped: readonly Level[];
}

/** Who decides after `below`: the next level up with somebody there; above the province, and above the operators, an operator. */
export function authorityAbove(eligible: Eligible, below: Authority | null): Found {
  if (below === null || below === 'operator') return { authority: 'operator', skipped: [] };
  const next = levelAbove(below);
  const found = presentFrom(eligible, next);
  const from = next === null ? LEVELS.length : LEVELS.indexOf(next);
  const to = found === null ? LEVELS.length : LEVELS.indexOf(found);
  return { authority: found ?? 'operator', skipped: LEVELS.slice(from, to).filter((l) => !isPresent(eligible, l)) };
}
