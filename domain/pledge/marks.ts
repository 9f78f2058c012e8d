import type { Instant, TimeRule } from '../kernel/types.ts';

/** Marks of an insider's pledge: shown openly and counted apart, never a reason to refuse. */
export type Mark =
  | 'publisher'
  | 'cadreOfArea'
  | 'relatedToPublisher'
  | 'samePhone'
  | 'sameDevice'
  | 'closedWithinMinutes'
  | 'receivedWithinMinutes'
  | 'belowFloorValue';

export interface MarksPolicy {
  /** A claim this soon after publication was hardly found by chance. */
  readonly minutesAfterPublication: number;
  /** A gift that has come this soon after it was claimed was arranged before, or never came; older policies ask nothing. */
  readonly minutesToReceipt?: number | undefined;
  /** Below this value a pledge says little about a match. */
  readonly floorValueFen: number;
}

/** What a policy without them meant. */
const LIMITS: MarksPolicy = { minutesAfterPublication: 5, floorValueFen: 500 };

/** What the records say of a donor and the people of a need. */
export interface Closeness {
  /** He and the publisher belong to one household. */
  readonly relatedToPublisher: boolean;
  /** His phone is the household's. */
  readonly samePhone: boolean;
  /** He claims from a device from which the publisher or the household signed in. */
  readonly sameDevice: boolean;
}

export const DONOR_UNKNOWN: Closeness = { relatedToPublisher: false, samePhone: false, sameDevice: false };

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
  readonly closeness: Closeness;
  /** null: what is given has no price. */
  readonly valueFen: number | null;
  readonly now: Instant;
  readonly limits?: MarksPolicy | undefined;
}

export function marksOf({ donor, need, closeness, valueFen, now, limits = LIMITS }: ClaimFacts): Mark[] {
  const staffHere = donor.grants.some(
    ({ role, regionCode }) =>
      ['cadre', 'helper', 'pointKeeper'].includes(role) &&
      regionCode !== undefined &&
      need.regionPath.includes(regionCode),
  );
  const soon = need.publishedAt !== null && now - need.publishedAt < limits.minutesAfterPublication * 60_000;
  const marks: [Mark, boolean][] = [
    ['publisher', donor.accountId === need.publisherId],
    ['cadreOfArea', staffHere],
    ['relatedToPublisher', closeness.relatedToPublisher],
    ['samePhone', closeness.samePhone],
    ['sameDevice', closeness.sameDevice],
    ['closedWithinMinutes', soon],
    ['belowFloorValue', valueFen !== null && valueFen < limits.floorValueFen],
  ];
  return marks.filter(([, holds]) => holds).map(([mark]) => mark);
}

const DAY_MINUTES = 24 * 60;

/** What receipt adds to the marks of the claim: the whole of it within minutes, by the length of the policy's day. */
export function marksOfReceipt(
  { claimedAt }: { readonly claimedAt?: Instant },
  now: Instant,
  { marks, time }: { readonly marks?: MarksPolicy; readonly time: TimeRule },
): Mark[] {
  const minutes = marks?.minutesToReceipt;
  if (claimedAt === undefined || minutes === undefined) return [];
  return now - claimedAt < (minutes * time.dayMs) / DAY_MINUTES ? ['receivedWithinMinutes'] : [];
}

/** A quick claim alone says little about one donor; every other mark means that he is close to it or gives next to nothing. */
export const isArmsLength = (marks: readonly string[]): boolean =>
  marks.every((mark) => mark === 'closedWithinMinutes');
