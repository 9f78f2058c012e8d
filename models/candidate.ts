import type { CategoryTree } from '../domain/category/category.ts';
import type { Candidate, DonorProfile } from '../domain/matching/types.ts';
import { codeAt, pathOf } from '../domain/region/region.ts';
import type { DonorRecord } from './donor.ts';
import type { Models } from './index.ts';
import type { NeedRecord } from './need.ts';

/** Records as far as ranking goes by them: the same for suggestions and for matches. */

export const CANDIDATE_FIELDS = {
  stage: 1,
  audience: 1,
  category: 1,
  regionPath: 1,
  urgency: 1,
  publishedAt: 1,
  expiresAt: 1,
  householdId: 1,
  progress: 1,
  'lines.free': 1,
  'lines.unitPriceFen': 1,
} as const;

export type CandidateRow = Pick<
  NeedRecord,
  | '_id'
  | 'stage'
  | 'audience'
  | 'category'
  | 'regionPath'
  | 'urgency'
  | 'publishedAt'
  | 'expiresAt'
  | 'householdId'
  | 'progress'
> & { lines: Pick<NeedRecord['lines'][number], 'free' | 'unitPriceFen'>[] };

/** Needs as candidates: with who was helped before, and how often each was shown. Two reads, however many. */
export async function candidatesOf(
  { pledges, impressions }: Pick<Models, 'pledges' | 'impressions'>,
  categories: Pick<CategoryTree, 'find'>,
  rows: readonly CandidateRow[],
): Promise<Candidate[]> {
  if (rows.length === 0) return [];
  const [helped, counts] = await Promise.all([
    pledges.helpedHouseholds(rows.map(({ householdId }) => householdId)),
    impressions.of(rows.map(({ _id }) => _id)),
  ]);
  return rows.map((row) => ({
    id: row._id,
    audience: row.audience ?? '',
    category: row.category,
    family: categories.find(row.category)?.path.at(-2) ?? row.category,
    county: codeAt(row.regionPath, 'county') ?? '',
    village: row.regionPath.at(-1) ?? '',
    urgency: row.urgency,
    publishedAt: row.publishedAt?.getTime() ?? 0,
    expiresAt: row.expiresAt?.getTime() ?? 0,
    free: row.lines.reduce((sum, { free }) => sum + free, 0),
    restFen: row.lines.reduce((sum, { free, unitPriceFen }) => sum + free * unitPriceFen, 0),
    begun: row.progress.committed !== 'none',
    helpedBefore: helped.has(row.householdId),
    shown: counts.get(row._id) ?? 0,
  }));
}

interface ProfileReference {
  readonly categories: Pick<CategoryTree, 'find'>;
  readonly regions: { partnersWest(code: string): readonly string[] };
}

/** `offers`: categories of his approved offers. */
export function profileOf(
  { categories, regions: { partnersWest } }: ProfileReference,
  { gave = {}, gaveFen = 0 }: Pick<DonorRecord, 'gave' | 'gaveFen'>,
  regions: readonly string[],
  offers: readonly string[],
): DonorProfile {
  const times = Object.values(gave).reduce((sum, n) => sum + n, 0);
  return {
    regions,
    paired: [...new Set(regions.flatMap(pathOf).flatMap((code) => partnersWest(code)))],
    gave: withFamilies(categories, gave),
    offers,
    usualFen: times === 0 ? null : gaveFen / times,
  };
}

/** Whoever gave books has also given something for studying. */
function withFamilies(categories: Pick<CategoryTree, 'find'>, gave: Record<string, number>): Record<string, number> {
  const all = { ...gave };
  for (const [category, times] of Object.entries(gave)) {
    const family = categories.find(category)?.path.at(-2);
    if (family !== undefined) all[family] = (all[family] ?? 0) + times;
  }
  return all;
}
