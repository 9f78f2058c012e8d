import type { Instant } from '../kernel/types.ts';
import { inOrder } from '../kernel/in-order.ts';
import { reasonsFor, scoreOf, weightiestFirst, type Exposure } from './score.ts';
import type { Candidate, DonorProfile, Reason } from './types.ts';

/** The page of suggestions for one donor, out of some hundred candidates. */

export interface Suggestion {
  readonly need: Candidate;
  readonly score: number;
  readonly reasons: readonly Reason[];
}

export interface RankOptions {
  readonly now: Instant;
  readonly count: number;
  readonly exposure: Exposure;
  /** Reasons of the occasion, which count like the others. */
  readonly more?: (need: Candidate) => readonly Reason[];
}

/** One county gets at most a quarter of a page while others have something too. */
export const countyCap = (count: number): number => Math.max(1, Math.ceil(count / 4));

/** A tenth of a page belongs to what was shown least, however it scores: what nobody sees, nobody meets. */
export const leastShownPlaces = (count: number): number => (count < 5 ? 0 : Math.max(1, Math.floor(count / 10)));

export function rank(candidates: Iterable<Candidate>, donor: DonorProfile, options: RankOptions): Suggestion[] {
  const { now, count, exposure, more } = options;
  const ranked: Suggestion[] = [];
  for (const need of candidates) {
    const reasons = reasonsFor(need, donor, exposure, now);
    if (more !== undefined) reasons.push(...more(need));
    ranked.push({ need, score: scoreOf(reasons), reasons });
  }
  const kept = leastShownPlaces(count);
  const best = capped(inOrder(ranked, byScore), count - kept, countyCap(count), new Map());
  const chosen = new Set(best.map(({ need }) => need.id));
  const counties = countiesOf(best);
  const rest = ranked.filter(({ need }) => !chosen.has(need.id));
  const seldom = capped(inOrder(rest, byShown), count - best.length, countyCap(count), counties);
  return [...best.map(told), ...seldom.map(told).map(asSeldomShown)];
}

/** Page after page, so that what comes later is what takes the place of something that was lost. */
export function rankAll(
  candidates: Iterable<Candidate>,
  donor: DonorProfile,
  { pages, ...options }: RankOptions & { readonly pages: number },
): Suggestion[] {
  const left = new Set(candidates);
  const all: Suggestion[] = [];
  for (let page = 0; page < pages && left.size > 0; page += 1) {
    const next = rank(left, donor, options);
    for (const { need } of next) left.delete(need);
    all.push(...next);
  }
  return all;
}

const byScore = (a: Suggestion, b: Suggestion): number =>
  b.score - a.score || a.need.publishedAt - b.need.publishedAt || (a.need.id < b.need.id ? -1 : 1);

const byShown = (a: Suggestion, b: Suggestion): number => a.need.shown - b.need.shown || byScore(a, b);

const told = (suggestion: Suggestion): Suggestion => ({ ...suggestion, reasons: weightiestFirst(suggestion.reasons) });

const asSeldomShown = (suggestion: Suggestion): Suggestion => ({
  ...suggestion,
  reasons: [...suggestion.reasons, { code: 'seldomShown', points: 0 }],
});

const countiesOf = (page: readonly Suggestion[]): Map<string, number> => {
  const counties = new Map<string, number>();
  for (const { need } of page) counties.set(need.county, (counties.get(need.county) ?? 0) + 1);
  return counties;
};

/** In order, at most `cap` of a county; what is left empty is filled with what the cap kept out. */
function capped(ranked: Iterable<Suggestion>, count: number, cap: number, counties: Map<string, number>): Suggestion[] {
  const page: Suggestion[] = [];
  const over: Suggestion[] = [];
  for (const suggestion of ranked) {
    if (page.length === count) break;
    const { county } = suggestion.need;
    const taken = counties.get(county) ?? 0;
    if (taken >= cap) {
      over.push(suggestion);
      continue;
    }
    counties.set(county, taken + 1);
    page.push(suggestion);
  }
  return [...page, ...over.slice(0, count - page.length)];
}
