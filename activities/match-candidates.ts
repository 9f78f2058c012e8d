import { fitReasons, exposureAmong } from '../domain/matching/score.ts';
import { rankAll, type Suggestion } from '../domain/matching/rank.ts';
import type { DonorProfile } from '../domain/matching/types.ts';
import { fitOf, type Fit, type LikenessPolicy } from '../domain/offer/fit.ts';
import { codeAt } from '../domain/region/region.ts';
import { candidatesOf } from '../models/candidate.ts';
import type { Models } from '../models/index.ts';
import type { NeedRecord } from '../models/need.ts';
import type { OfferRecord } from '../models/offer.ts';
import type { MatchReference } from './match.ts';

/** Which needs a match looks at, and in which order it proposes. */

/** Of each list the longest waiting: those of the category, those that are urgent, those nearby. */
const WAITING = 400;
const URGENT = 100;
const NEAR = 100;
/** Regions that are looked into on their own. */
const PLACES = 4;
/** For each proposal wanted so many needs are kept, since some are gone when their turn comes. */
const SPARE = 3;

interface Wanted {
  readonly offer: OfferRecord;
  readonly profile: DonorProfile;
  /** Part of every query: what the donor may not see does not exist for him. */
  readonly seen: Readonly<Record<string, unknown>>;
  readonly atMost: number;
  readonly policy: LikenessPolicy;
}

/** Open needs that fit and that this offer has never been proposed to, ranked like every suggestion. Every read is bounded. */
export async function rankedFor(
  { models, reference }: { readonly models: Models; readonly reference: MatchReference },
  { offer, policy, profile, seen, atMost }: Wanted,
): Promise<Suggestion[]> {
  const now = Date.now();
  const rows = await looked(models, { offer, profile, seen });
  const fits = new Map<string, Fit>();
  const open = rows.filter((need) => {
    const fit = fitOf(offer, need, policy);
    if (fit !== null) fits.set(need._id, fit);
    return fit !== null;
  });
  const candidates = await candidatesOf(models, reference.categories, open);
  return rankAll(candidates, profile, {
    ...{ now, count: atMost, pages: SPARE, exposure: exposureAmong(candidates) },
    more: ({ id }) => {
      const fit = fits.get(id);
      return fit === undefined ? [] : fitReasons(fit);
    },
  });
}

async function looked(
  { needs, pledges }: Models,
  { offer, profile, seen }: Pick<Wanted, 'offer' | 'profile' | 'seen'>,
): Promise<NeedRecord[]> {
  const known = await pledges.pledges.distinct('needId', { offerId: offer._id }, { maxTimeMS: 3000 });
  const open = {
    ...seen,
    category: offer.category,
    stage: 'published' as const,
    expiresAt: { $gt: new Date() },
    _id: { $nin: known },
  };
  const only = offer.regionCode === null ? {} : { regionPath: offer.regionCode };
  const read = (more: object, sort: Record<string, 1>, most: number): Promise<NeedRecord[]> =>
    needs.needs
      .find({ $and: [open, only, more] } as never, { projection: { details: 0, searchTerms: 0 }, maxTimeMS: 5000 })
      .sort(sort)
      .limit(most)
      .toArray();
  const byAge = { pinnedAt: 1, publishedAt: 1, _id: 1 } as const;
  const lists = await Promise.all([
    read({}, byAge, WAITING),
    read({ urgency: 'urgent' }, { publishedAt: 1, _id: 1 }, URGENT),
    ...placesOf(profile).map((regionPath) => read({ regionPath }, byAge, NEAR)),
  ]);
  return [...new Map(lists.flat().map((need) => [need._id, need])).values()];
}

/** The counties of the donor, then what his own regions support. */
function placesOf({ regions, paired }: DonorProfile): string[] {
  const counties = regions.flatMap((code) => codeAt(code, 'county') ?? []);
  return [...new Set([...counties, ...paired])].slice(0, PLACES);
}
