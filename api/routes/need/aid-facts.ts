import type { z } from 'zod';
import type { needSchema } from '../../../contracts/http/need.ts';
import type { Instant } from '../../../domain/kernel/types.ts';
import { codeAt } from '../../../domain/region/region.ts';
import type { NeedRecord } from '../../../models/need.ts';
import { ANY_DATE } from '../../../models/partial-index.ts';
import type { ApiDeps } from '../../deps.ts';
import { postedByHousehold, rulesOf } from './household-limits.ts';

/** What a reviewer weighs besides the need itself: what its household has and gets, and how much of its county's help it is. */

type AidFacts = NonNullable<z.input<typeof needSchema>['aid']>;

/** A year, where the policy names no period for what a household gets. */
const DAYS = 365;

export async function aidFacts(deps: ApiDeps, need: NeedRecord, now: Instant): Promise<AidFacts> {
  const policy = rulesOf(deps, need, now);
  const { receivedPerHousehold: limit, openNeedsPerHousehold } = policy.need;
  const days = limit?.days ?? DAYS;
  const since = new Date(now - days * policy.shared.time.dayMs);
  const [others, countyFen] = await Promise.all([
    postedByHousehold(deps, need, { policy, now }),
    countyAid(deps, need, since),
  ]);
  const { amountFen } = need;
  return {
    days,
    openNeeds: others.filter(({ open }) => open).length,
    openNeedsLimit: openNeedsPerHousehold,
    receivedFen: others.reduce((sum, { countedFen = 0 }) => sum + countedFen, 0),
    receivedLimitFen: limit?.fen ?? null,
    countyFen,
    countyPercent: amountFen === 0 ? 0 : Math.round((amountFen * 100) / (countyFen + amountFen)),
  };
}

const promised = {
  $map: {
    input: '$lines',
    as: 'line',
    in: { $multiply: [{ $add: ['$$line.held', '$$line.sent', '$$line.received'] }, '$$line.unitPriceFen'] },
  },
};

/** Worth of what was promised, sent or received in the county of needs that were submitted since; this one left out. */
async function countyAid({ models }: ApiDeps, { _id, regionPath }: NeedRecord, since: Date): Promise<number> {
  const county = codeAt(regionPath, 'county');
  const [found] = await models.needs.needs
    .aggregate<{ fen: number }>([
      { $match: { regionPath: county, submittedAt: { ...ANY_DATE, $gte: since }, _id: { $ne: _id } } },
      { $group: { _id: null, fen: { $sum: { $sum: promised } } } },
    ])
    .maxTimeMS(3000)
    .toArray();
  return found?.fen ?? 0;
}
