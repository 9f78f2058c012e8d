import type { Instant } from '../kernel/types.ts';
import type { Fit } from '../offer/fit.ts';
import { isWithin, sharedLevel, type Level } from '../region/region.ts';
import type { Candidate, DonorProfile, Reason, ReasonCode, Scored } from './types.ts';

/** How well a need suits a donor. Every point comes with the reason that he is told. */

const DAY_MS = 86_400_000;
/** After so long nobody's waiting weighs more than another's. */
const LONGEST_WAIT_DAYS = 40;

const POINTS = {
  offered: 40,
  gaveLike: 20,
  gaveAlike: 8,
  sameVillage: 30,
  sameTownship: 27,
  sameCounty: 24,
  paired: 18,
  sameCity: 14,
  sameProvince: 8,
  urgent: 15,
  waiting: 20,
  fits: 8,
  lastUnits: 5,
  neverHelped: 12,
  seldomSeenVillage: 8,
  // Of an offer in advance, which is for things of one kind.
  sameItem: 20,
  likeItem: 10,
  coversAll: 6,
  regionNamed: 0,
} as const satisfies { readonly [code in ReasonCode]?: number };

/** Most that giving the like again and again adds. */
const HABIT_AT_MOST = 10;

export interface Exposure {
  /** Whether the needs of a village are shown much less than others. */
  seldomSeen(village: string): boolean;
}

export interface ShownTotals {
  needs: number;
  shown: number;
}

export const isSeldomSeen = (village: ShownTotals | undefined, all: ShownTotals): boolean =>
  village !== undefined && all.shown > 0 && village.shown / village.needs < (0.5 * all.shown) / all.needs;

/** Where only these are known, they are the measure of each other. */
export function exposureAmong(candidates: Iterable<Candidate>): Exposure {
  const all: ShownTotals = { needs: 0, shown: 0 };
  const villages = new Map<string, ShownTotals>();
  for (const { village, shown } of candidates) {
    const of = villages.get(village) ?? { needs: 0, shown: 0 };
    villages.set(village, of);
    for (const total of [of, all]) {
      total.needs += 1;
      total.shown += shown;
    }
  }
  return { seldomSeen: (village) => isSeldomSeen(villages.get(village), all) };
}

/** What an offer has to give to a need, as reasons among the others. */
export const fitReasons = ({ reasons }: Fit): Reason[] => reasons.map((code) => reason(code));

export function scoreNeed(need: Candidate, donor: DonorProfile, exposure: Exposure, now: Instant): Scored {
  return scored(reasonsFor(need, donor, exposure, now));
}

/** All that speaks for a need, in no order: of some hundred candidates only a page is told its reasons. */
export function reasonsFor(need: Candidate, donor: DonorProfile, exposure: Exposure, now: Instant): Reason[] {
  const reasons: Reason[] = [];
  const add = (found: Reason | null): void => {
    if (found !== null) reasons.push(found);
  };
  add(affinity(need, donor));
  add(distance(need.village, donor));
  if (need.urgency === 'urgent') add(reason('urgent'));
  add(waiting(need, now));
  add(fit(need, donor));
  if (!need.helpedBefore) add(reason('neverHelped'));
  if (exposure.seldomSeen(need.village)) add(reason('seldomSeenVillage'));
  return reasons;
}

export const scored = (reasons: readonly Reason[]): Scored => ({
  score: scoreOf(reasons),
  reasons: weightiestFirst(reasons),
});

export function scoreOf(reasons: readonly Reason[]): number {
  let score = 0;
  for (const { points } of reasons) score += points;
  return score;
}

export const weightiestFirst = (reasons: readonly Reason[]): Reason[] =>
  reasons.toSorted((a, b) => b.points - a.points);

const reason = (code: keyof typeof POINTS, number?: number, points: number = POINTS[code]): Reason =>
  number === undefined ? { code, points } : { code, points, number };

/** What he offered suits best, then what he gave before, then what is like it. */
export function affinity(
  { category, family }: Pick<Candidate, 'category' | 'family'>,
  { offers, gave }: Pick<DonorProfile, 'offers' | 'gave'>,
): Reason | null {
  if (offers.includes(category) || offers.includes(family)) return reason('offered');
  const times = gave[category] ?? 0;
  if (times > 0) return reason('gaveLike', times, POINTS.gaveLike + Math.min(HABIT_AT_MOST, 2 * times));
  return (gave[family] ?? 0) > 0 ? reason('gaveAlike') : null;
}

const NEAR = {
  village: 'sameVillage',
  township: 'sameTownship',
  county: 'sameCounty',
  city: 'sameCity',
  province: 'sameProvince',
} as const satisfies Readonly<Record<Level, ReasonCode>>;

/** The closest tie between a place and the donor's regions: by the path of the region, or by the eastern partnership. */
export function distance(
  village: string,
  { regions, paired }: Pick<DonorProfile, 'regions' | 'paired'>,
): Reason | null {
  let best: keyof typeof POINTS | null = paired.some((region) => isWithin(village, region)) ? 'paired' : null;
  for (const region of regions) {
    const level = sharedLevel(village, region);
    if (level !== null && (best === null || POINTS[NEAR[level]] > POINTS[best])) best = NEAR[level];
  }
  return best === null ? null : reason(best);
}

function waiting({ publishedAt }: Candidate, now: Instant): Reason | null {
  const days = Math.floor((now - publishedAt) / DAY_MS);
  if (days < 1) return null;
  return reason('waiting', days, (POINTS.waiting * Math.min(days, LONGEST_WAIT_DAYS)) / LONGEST_WAIT_DAYS);
}

/** The rest is of the size that he usually gives, or so little that one gift ends it. */
function fit({ restFen, free, begun }: Candidate, { usualFen }: DonorProfile): Reason | null {
  if (begun && free <= 2) return reason('lastUnits', free);
  if (usualFen === null || usualFen === 0) return null;
  return restFen >= usualFen * 0.4 && restFen <= usualFen * 1.6 ? reason('fits') : null;
}
