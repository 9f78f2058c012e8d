import { affinity, distance, scored } from './score.ts';
import type { Candidate, DonorProfile, Reason } from './types.ts';

/** The other way round: donors who gave the like of a need, or have offered it. */

export interface PossibleDonor extends Pick<DonorProfile, 'regions' | 'paired' | 'gave' | 'offers'> {
  readonly id: string;
}

export interface SuggestedDonor<D extends PossibleDonor> {
  readonly donor: D;
  readonly score: number;
  readonly reasons: readonly Reason[];
}

/** Only who has something to do with what is needed; of equal ones the first by id, so that a page stays the same. */
export function rankDonors<D extends PossibleDonor>(
  need: Pick<Candidate, 'category' | 'family' | 'village'>,
  donors: readonly D[],
  count: number,
): SuggestedDonor<D>[] {
  return donors
    .flatMap((donor) => {
      const tie = affinity(need, donor);
      if (tie === null) return [];
      const near = distance(need.village, donor);
      return [{ donor, ...scored(near === null ? [tie] : [tie, near]) }];
    })
    .sort((a, b) => b.score - a.score || (a.donor.id < b.donor.id ? -1 : 1))
    .slice(0, count);
}
