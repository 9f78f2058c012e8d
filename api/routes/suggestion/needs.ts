import { DEFAULT_PAGE } from '../../../contracts/http/common.ts';
import { suggestionPage, suggestionQuery } from '../../../contracts/http/suggestion.ts';
import type { Pool } from '../../../domain/matching/pool.ts';
import { rank, type Suggestion } from '../../../domain/matching/rank.ts';
import { reasonsForDonor } from '../../../domain/matching/reasons.ts';
import type { Instant } from '../../../domain/kernel/types.ts';
import type { NeedRecord } from '../../../models/need.ts';
import { audiencesSeen, seenBy } from '../../audience.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type Caller } from '../../route.ts';
import { publicRow, PUBLIC_ROW_FIELDS } from '../need/views.ts';
import { donorOf, type Donor } from './profile.ts';

/** What memory suggests and MongoDB no longer confirms makes room for others, so often at most. */
const TRIES = 4;

export const suggestNeeds = defineRoute({
  method: 'get',
  path: '/v1/suggestions',
  operationId: 'suggestNeeds',
  summary: 'Needs that suit you, the best first, each with its reasons',
  description:
    'Ranked by what you gave and offered before, distance and east–west partnership, urgency, waiting time, what is left, and fairness: households that were never helped and villages that nobody sees come forward, and no county fills the page. Every need shown is open to you and can be claimed now.',
  tags: ['Matching'],
  access: { signedIn: true, scope: 'none' },
  request: { query: suggestionQuery },
  responses: { 200: suggestionPage },
  async handler({ deps, services, caller, query, now }) {
    const [donor, pool] = await Promise.all([donorOf(deps, caller), services.openNeeds.pool()]);
    const page = await confirmed(deps, { caller, donor, pool, now, count: query.limit ?? DEFAULT_PAGE });
    services.openNeeds.shown(page.map(({ need }) => need._id));
    const items = page.map(({ need, reasons }) => ({
      need: publicRow(need, deps.reference.categories),
      available: need.lines.reduce((sum, { free }) => sum + free, 0),
      reasons: reasonsForDonor(reasons),
    }));
    return { status: 200, body: Buffer.from(JSON.stringify({ items })) };
  },
});

interface Asked {
  readonly caller: Caller;
  readonly donor: Donor;
  readonly pool: Pool;
  readonly now: Instant;
  readonly count: number;
}

interface Confirmed {
  readonly need: NeedRecord;
  readonly reasons: Suggestion['reasons'];
}

/** Ranks what memory has, and believes nothing of it: a need is shown as MongoDB has it now, or not at all. */
async function confirmed(deps: ApiDeps, { caller, donor, pool, now, count }: Asked): Promise<Confirmed[]> {
  const candidates = pool.candidates(donor.profile, audiencesSeen(deps, caller), now);
  for (const need of candidates) if (donor.underWay.includes(need.id)) candidates.delete(need);
  const known = new Map<string, NeedRecord>();
  for (let tries = 1; ; tries += 1) {
    const page = rank(candidates, donor.profile, { now, count, exposure: pool });
    const asked = page.map(({ need }) => need.id).filter((id) => !known.has(id));
    for (const need of await readClaimable(deps, asked, caller, donor, now)) known.set(need._id, need);
    const gone = page.filter(({ need }) => !known.has(need.id));
    if (gone.length === 0 || tries === TRIES) return page.flatMap((suggestion) => shownAs(suggestion, known));
    for (const { need } of gone) candidates.delete(need);
  }
}

function shownAs({ need: { id }, reasons }: Suggestion, known: ReadonlyMap<string, NeedRecord>): Confirmed[] {
  const need = known.get(id);
  return need === undefined ? [] : [{ need, reasons }];
}

/** Exactly what `claimNeed` asks for: published, in time, with free units, seen by him, not of his own people. */
async function readClaimable(
  deps: ApiDeps,
  ids: readonly string[],
  caller: Caller,
  { households }: Donor,
  now: Instant,
): Promise<NeedRecord[]> {
  if (ids.length === 0) return [];
  const filter = {
    _id: { $in: [...ids] },
    stage: 'published' as const,
    expiresAt: { $gt: new Date(now) },
    'lines.free': { $gt: 0 },
    publisherId: { $ne: caller.accountId },
    householdId: { $nin: [...households] },
    ...seenBy(deps, caller),
  };
  return deps.models.needs.needs
    .find(filter as never, { projection: { ...PUBLIC_ROW_FIELDS, 'lines.free': 1 } })
    .maxTimeMS(3000)
    .toArray();
}
