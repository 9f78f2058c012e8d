import type { Instant } from '../kernel/types.ts';

/** Marks of an insider's pledge: shown openly and counted apart, never a reason to refuse. */
export type Mark = 'publisher' | 'cadreOfArea' | 'closedWithinMinutes' | 'belowFloorValue';

/** A claim this soon after publication was hardly found by chance. */
const MINUTES_AFTER_PUBLICATION = 5;
/** Below this value a pledge says little about a match. */
const FLOOR_VALUE_FEN = 500;

export interface ClaimFacts {
  readonly donor: {
    readonly accountId: string;
    readonly grants: readonly { readonly role: string; readonly regionCode?: string }[];
  };
  readonly need: {
    readonly publisherId: string;
    readonly regionPath: readonly string[];
    readonly publishedAt: Instant | null;
  };
  readonly valueFen: number;
  readonly now: Instant;
}

export function marksOf({ donor, need, valueFen, now }: ClaimFacts): Mark[] {
  const staffHere = donor.grants.some(
    ({ role, regionCode }) =>
      ['cadre', 'helper', 'pointKeeper'].includes(role) &&
      regionCode !== undefined &&
      need.regionPath.includes(regionCode),
  );
  const soon = need.publishedAt !== null && now - need.publishedAt < MINUTES_AFTER_PUBLICATION * 60_000;
  const marks: [Mark, boolean][] = [
    ['publisher', donor.accountId === need.publisherId],
    ['cadreOfArea', staffHere],
    ['closedWithinMinutes', soon],
    ['belowFloorValue', valueFen < FLOOR_VALUE_FEN],
  ];
  return marks.filter(([, holds]) => holds).map(([mark]) => mark);
}
