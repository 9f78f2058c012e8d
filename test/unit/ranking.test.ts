import { expect } from 'chai';
import fc from 'fast-check';
import { inOrder } from '../../domain/kernel/in-order.ts';
import { countyCap, leastShownPlaces, rank, type RankOptions, type Suggestion } from '../../domain/matching/rank.ts';
import { distance, scored, scoreNeed } from '../../domain/matching/score.ts';
import type { Candidate, DonorProfile, Reason } from '../../domain/matching/types.ts';
import { codeAt, isWithin, LEVELS, sharedLevel } from '../../domain/region/region.ts';

const NOW = Date.UTC(2026, 10, 25);
const DAY = 86_400_000;

/** Few digits, so that places often share a part of their path. */
const village = fc
  .tuple(...[2, 2, 2, 3, 3].map((digits) => fc.integer({ min: 1, max: 2 }).map((n) => String(n).padStart(digits, '0'))))
  .map((parts) => parts.join(''));
const region = fc.tuple(village, fc.constantFrom(2, 4, 6, 9, 12)).map(([code, digits]) => code.slice(0, digits));
const category = fc.constantFrom('bedding', 'food', 'books', 'goods');

const candidates: fc.Arbitrary<Candidate[]> = fc
  .array(
    fc.record({
      ...{ audience: fc.constant('nation'), category, family: fc.constantFrom('goods', 'study'), village },
      urgency: fc.constantFrom('urgent' as const, 'normal' as const, 'low' as const),
      publishedAt: fc.integer({ min: 0, max: 45 }).map((days) => NOW - days * DAY),
      expiresAt: fc.constant(NOW + DAY),
      free: fc.integer({ min: 1, max: 4 }),
      restFen: fc.integer({ min: 0, max: 30 }).map((n) => n * 1_000),
      ...{ begun: fc.boolean(), helpedBefore: fc.boolean(), shown: fc.integer({ min: 0, max: 3 }) },
    }),
    { maxLength: 60 },
  )
  .map((list) => list.map((one, i) => ({ ...one, id: `need-${i}`, county: one.village.slice(0, 6) })));

const donors: fc.Arbitrary<DonorProfile> = fc.record({
  regions: fc.array(region, { maxLength: 3 }),
  paired: fc.array(region, { maxLength: 3 }),
  gave: fc.dictionary(category, fc.integer({ min: 0, max: 7 })),
  offers: fc.array(category, { maxLength: 2 }),
  usualFen: fc.option(fc.integer({ min: 0, max: 20_000 })),
});

/** The rule in its plainest form: everything scored with its reasons, everything sorted, twice. */
function plainRank(needs: readonly Candidate[], donor: DonorProfile, options: RankOptions): Suggestion[] {
  const { now, count, exposure, more } = options;
  const byScore = (a: Suggestion, b: Suggestion): number =>
    b.score - a.score || a.need.publishedAt - b.need.publishedAt || (a.need.id < b.need.id ? -1 : 1);
  const all = needs
    .map((need): Suggestion => {
      const { reasons } = scoreNeed(need, donor, exposure, now);
      return { need, ...scored([...reasons, ...(more?.(need) ?? [])]) };
    })
    .sort(byScore);
  const counties = new Map<string, number>();
  const fill = (from: readonly Suggestion[], places: number): Suggestion[] => {
    const within: Suggestion[] = [];
    const over: Suggestion[] = [];
    for (const one of from) {
      const taken = counties.get(one.need.county) ?? 0;
      if (within.length === places) break;
      if (taken < countyCap(count)) counties.set(one.need.county, taken + 1);
      (taken < countyCap(count) ? within : over).push(one);
    }
    const page = [...within, ...over.slice(0, places - within.length)];
    for (const { need } of page.slice(within.length)) counties.set(need.county, (counties.get(need.county) ?? 0) + 1);
    return page;
  };
  const best = fill(all, count - leastShownPlaces(count));
  const rest = all.filter((one) => !best.includes(one)).sort((a, b) => a.need.shown - b.need.shown || byScore(a, b));
  const seldom = fill(rest, count - best.length);
  const why: Reason = { code: 'seldomShown', points: 0 };
  return [...best, ...seldom.map((one) => ({ ...one, reasons: [...one.reasons, why] }))];
}

describe('ranking', () => {
  it('that sorts no more than a page needs gives exactly the page of scoring and sorting everything', () => {
    const count = fc.integer({ min: 1, max: 25 });
    const odd = fc.boolean();
    fc.assert(
      fc.property(candidates, donors, count, odd, (needs, donor, count, withMore) => {
        const of = (code: 'sameItem' | 'coversAll', points: number): Reason => ({ code, points });
        const options: RankOptions = {
          ...{ now: NOW, count, exposure: { seldomSeen: (code) => code.endsWith('1') } },
          ...(withMore && { more: ({ free }) => (free > 2 ? [of('coversAll', 6), of('sameItem', 20)] : []) }),
        };
        expect(rank(needs, donor, options)).to.deep.equal(plainRank(needs, donor, options));
      }),
      { numRuns: 500 },
    );
  });

  it('takes from a heap what sorting would give, as far as somebody asks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 })), fc.nat({ max: 20 }), (numbers, most) => {
        const byValue = (a: number, b: number): number => a - b;
        const taken: number[] = [];
        for (const one of inOrder(numbers, byValue)) {
          if (taken.length === most) break;
          taken.push(one);
        }
        expect(taken).to.deep.equal(numbers.toSorted(byValue).slice(0, most));
      }),
    );
  });

  it('knows the lowest level on which two places meet from their codes alone, as from their paths', () => {
    const meets = (a: string, b: string) =>
      LEVELS.find((level) => codeAt(a, level) !== null && codeAt(a, level) === codeAt(b, level)) ?? null;
    fc.assert(
      fc.property(region, region, (a, b) => {
        expect(sharedLevel(a, b)).to.equal(meets(a, b));
      }),
    );
  });

  it('tells the closest of a donor’s ties with a place, the partnership between county and city', () => {
    const ties = { village: 30, township: 27, county: 24, city: 14, province: 8, none: 0 };
    const best = (place: string, { regions, paired }: DonorProfile): number =>
      Math.max(
        0,
        ...regions.flatMap((of) => ties[sharedLevel(place, of) ?? 'none']),
        ...paired.map((of) => (isWithin(place, of) ? 18 : 0)),
      );
    fc.assert(
      fc.property(village, donors, (place, donor) => {
        expect(distance(place, donor)?.points ?? 0).to.equal(best(place, donor));
      }),
    );
  });
});
