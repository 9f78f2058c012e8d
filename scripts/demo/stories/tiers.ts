import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../client.ts';
import type { NeedRun } from '../need-run.ts';
import type { Person } from '../people.ts';
import { readAccounts } from '../sample.ts';

/** A published need is open to its township first, then to its county, to the partner in the east, and to everybody. */

/** When an audience was reached and when one of it saw the need for the first time; milliseconds after publication. */
export interface TierSight {
  readonly tier: 'county' | 'paired' | 'nation';
  readonly widenedMs: number;
  readonly seenMs: number;
}

const PATIENCE_MS = 120_000;
const LOOK_MS = 80;
/** As the timeline words it. */
const WIDENED_TO = { county: '全县', paired: '结对帮扶地区', nation: '全国' } as const;
type Tier = keyof typeof WIDENED_TO;

interface Viewer {
  readonly tier: Tier;
  /** Null: a stranger, whom nobody knows. */
  readonly person: Person | null;
}

/**
 * Looks again and again as somebody of each audience until a stranger sees it.
 * @throws Error when somebody sees it before his turn
 */
export async function watchTiers(run: NeedRun): Promise<void> {
  const viewers = await viewersOf(run);
  const seen = new Map<Tier, Sight>();
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (let round = 1; !seen.has('nation'); round++) {
    if (Date.now() > giveUpAt) throw new Error('no stranger ever saw it');
    // The widest audience first: whoever is asked later in a round can only have had more time.
    for (const { tier, person } of [...viewers].reverse()) {
      if (!seen.has(tier) && (await sees(run, person))) seen.set(tier, { round, at: Date.now() });
    }
    await delay(LOOK_MS);
  }
  run.sights.push(...(await sightsOf(run, viewers, seen)));
}

interface Sight {
  readonly round: number;
  readonly at: number;
}

async function viewersOf({ people, client, sample }: NeedRun): Promise<Viewer[]> {
  const { villageCode } = sample;
  const [city, county, township] = [4, 6, 9].map((length) => villageCode.slice(0, length));
  interface Region {
    readonly partners: readonly string[];
  }
  const { partners } = await client.get<Region>(`/v1/regions/${city ?? ''}`, null);
  const { accounts } = readAccounts();
  const neighbour = accounts.find(({ grants }) =>
    grants.some(({ householdNumber: of = '' }) => of.startsWith(county ?? '') && !of.startsWith(township ?? '')),
  );
  const eastern = accounts.find(({ homeRegion = '' }) => partners.some((code) => homeRegion.startsWith(code)));
  if (neighbour === undefined) throw new Error('nobody of the sample lives in another township of the county');
  return [
    { tier: 'county', person: await people.person(neighbour.key) },
    ...(eastern === undefined ? [] : [{ tier: 'paired' as const, person: await people.person(eastern.key) }]),
    { tier: 'nation', person: null },
  ];
}

const sees = ({ client, id }: NeedRun, person: Person | null): Promise<boolean> =>
  client.get(`/v1/needs/${id}`, person?.token ?? null).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    },
  );

async function sightsOf(
  { client, id, publisher }: NeedRun,
  viewers: readonly Viewer[],
  seen: ReadonlyMap<Tier, Sight>,
): Promise<TierSight[]> {
  interface Timeline {
    readonly items: readonly { readonly at: string; readonly type: string; readonly text: string }[];
  }
  const { items } = await client.get<Timeline>(`/v1/needs/${id}/timeline`, publisher.token);
  const published = items.find(({ type }) => type === 'needPublished');
  if (published === undefined) throw new Error('it was never published');
  const start = Date.parse(published.at);
  const sights = viewers.map(({ tier }): TierSight => {
    const widened = items.find(({ type, text }) => type === 'audienceWidened' && text.includes(WIDENED_TO[tier]));
    if (widened === undefined) throw new Error(`nothing tells that it was opened to the ${tier}`);
    return { tier, widenedMs: Date.parse(widened.at) - start, seenMs: (seen.get(tier)?.at ?? Infinity) - start };
  });
  for (const [i, { tier, widenedMs, seenMs }] of sights.entries()) {
    if (seenMs < widenedMs) throw new Error(`the ${tier} saw it ${widenedMs - seenMs} ms before its turn`);
    const wider = sights[i + 1]?.tier;
    const rounds = [tier, wider ?? tier].map((of) => seen.get(of)?.round ?? Infinity);
    if ((rounds[0] ?? 0) > (rounds[1] ?? 0)) throw new Error(`the ${wider ?? ''} saw it before the ${tier}`);
  }
  return sights;
}
