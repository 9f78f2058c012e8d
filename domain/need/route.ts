import type { Level } from '../kernel/types.ts';
import { isAbove, LEVELS, levelAbove } from '../region/region.ts';
import { LEVELS_OF_BAND, type RiskBand } from './risk.ts';
import type { NeedPolicy, NeedState } from './types.ts';

/** Which levels review a need, and who comes next when one of them is missing or asleep. */

type Eligible = NeedState['eligible'];

/** A level is left out only when screening found nobody there; before a screening every level counts as present. */
export const isPresent = (eligible: Eligible, level: Level): boolean => eligible[level] !== false;

/** The level itself or the next present one above; null when there is none up to the province. */
export function presentFrom(eligible: Eligible, level: Level | null): Level | null {
  for (let at = level; at !== null; at = levelAbove(at)) if (isPresent(eligible, at)) return at;
  return null;
}

export interface Search {
  readonly level: Level;
  /** Levels passed over because nobody there may review this need. */
  readonly skipped: readonly Level[];
}

/** As `presentFrom`, telling what was skipped. When nobody is present, the province: its overdue review parks the case. */
export function searchFrom(eligible: Eligible, level: Level | null): Search {
  const found = presentFrom(eligible, level);
  const from = LEVELS.indexOf(level ?? 'province');
  const to = LEVELS.indexOf(found ?? 'province');
  return { level: found ?? 'province', skipped: LEVELS.slice(from, to).filter((l) => !isPresent(eligible, l)) };
}

export interface Route {
  readonly route: readonly Level[];
  readonly skipped: readonly Level[];
}

/** The village, then the township above the policy's amount; a level with nobody is replaced by the next above. */
export function routeFor(eligible: Eligible, amountFen: number, policy: NeedPolicy): Route {
  const wanted: Level[] = amountFen > policy.townshipReviewAboveFen ? ['village', 'township'] : ['village'];
  return present(eligible, wanted);
}

/** As many levels as the risk wants. */
export const routeForRisk = (eligible: Eligible, band: RiskBand): Route => present(eligible, LEVELS_OF_BAND[band]);

/** When screening did not answer in time nothing is known about the need: three levels look at it. */
export const highRoute = (eligible: Eligible): Route => routeForRisk(eligible, 'high');

function present(eligible: Eligible, wanted: readonly Level[]): Route {
  const found = wanted.map((level) => presentFrom(eligible, level)).filter((level) => level !== null);
  const route = LEVELS.filter((level) => found.includes(level));
  const top = LEVELS.indexOf(route.at(-1) ?? 'province');
  const skipped = LEVELS.filter((level, i) => i < top && !isPresent(eligible, level));
  return { route, skipped };
}

/** The level of the route after this one; null when it was the last. */
export const nextOf = (route: readonly Level[], level: Level): Level | null =>
  route.find((candidate) => isAbove(candidate, level)) ?? null;
