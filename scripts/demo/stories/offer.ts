import { whenReady, type NeedRun } from '../need-run.ts';
import { until } from '../waiting.ts';
import { awaitPledge, confirm, deliver, send } from './delivery.ts';

/** Somebody has offered the first of the things in advance: a match finds the need, and he only has to say yes. */

const STANDS_MS = 10 * 60_000;

interface Offer {
  readonly stage: string;
  readonly units: { readonly left: number; readonly proposed: number; readonly sent: number };
}

interface Match {
  readonly stage: string;
  readonly results: readonly {
    readonly needId: string;
    readonly outcome: string;
    readonly units: number;
    readonly pledgeId: string | null;
    readonly reasons: readonly { readonly text: string }[];
  }[];
}

export async function giveByOffer(run: NeedRun): Promise<void> {
  const { client, people, id, sample } = run;
  const donor = await people.donor();
  const [line, ...rest] = sample.lines;
  if (line === undefined) throw new Error('it has no lines');
  const { name: itemName, unit, quantity: wanted, unitPriceFen: unitValueFen } = line;
  const { id: offerId } = await client.post<{ id: string }>('offer', '/v1/offers', donor.token, {
    category: sample.category,
    itemName,
    unit,
    quantity: wanted,
    unitValueFen,
    condition: 'new',
    delivery: 'villagePoint',
    regionCode: sample.villageCode,
    until: new Date(Date.now() + STANDS_MS).toISOString(),
  });
  const path = `/v1/offers/${offerId}`;
  await reach<Offer>(run, path, donor.token, ({ stage }) => stage === 'underReview');
  const county = await people.cadre('county', sample.villageCode);
  await client.post('approve offer', `${path}/approve`, county.token, {});
  await reach<Offer>(run, path, donor.token, ({ stage }) => stage === 'open');
  // Not every donor is of its first audience: a match looks only at what he may see.
  await run.lanes.away(() => whenReady(['NOT_FOUND'], () => client.get(`/v1/needs/${id}`, donor.token)));
  const asked = await client.post<{ id: string }>('match', `${path}/match`, donor.token);
  const match = await reach<Match>(run, `${path}/matches/${asked.id}`, donor.token, ({ stage }) => stage === 'done');
  const [found, ...more] = match.results;
  const right = found?.needId === id && found.outcome === 'proposed' && found.units === wanted;
  if (!right || more.length > 0 || found.reasons.length === 0) {
    throw new Error(`the match found ${JSON.stringify(match.results)}`);
  }
  const pledge = { id: found.pledgeId ?? '', donor };
  run.pledges.push(pledge.id);
  await awaitPledge(run, pledge, 'held');
  await client.post('accept', `/v1/pledges/${pledge.id}/accept`, donor.token);
  await send(run, pledge, 'villagePoint');
  const { units } = await reach<Offer>(run, path, donor.token, ({ stage }) => stage === 'usedUp');
  if (units.left !== 0 || units.proposed !== 0 || units.sent !== wanted) throw new Error('the offer counts wrong');
  await confirm(run, pledge);
  if (rest.length > 0) await deliver(run);
}

const reach = <T>({ client }: NeedRun, path: string, token: string, is: (view: T) => boolean): Promise<T> =>
  until(`${path} to come so far`, () => client.get<T>(path, token), is);
