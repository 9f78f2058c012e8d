import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { follow } from '../reach.ts';
import { must, until } from '../waiting.ts';
import { newDonor } from './hamlet.ts';

/** Offers and sponsorships that are refused, or that their donor takes back. */

const VILLAGE = '360735100218';

export async function showGiftsBack(deps: DemoDeps): Promise<string[]> {
  await Promise.all([offers(deps), sponsorships(deps)]);
  return [
    'an offer was refused by the county, another one approved, matched (nobody needed it) and taken back',
    'a sponsorship was refused by an operator, another one taken back by its donor; each tells its story',
  ];
}

interface Page {
  readonly items: readonly { readonly id: string }[];
}
interface Stage {
  readonly stage: string;
}
interface Timeline {
  readonly items: readonly object[];
}

interface Made {
  readonly id: string;
  readonly path: string;
  reach(stage: string): Promise<Stage>;
}

/** What the donor makes, once somebody is to decide about it. */
async function underReview(
  { client }: DemoDeps,
  donor: Person,
  step: string,
  list: string,
  body: object,
): Promise<Made> {
  const { id } = await client.post<{ id: string }>(step, list, donor.token, body);
  const path = `${list}/${id}`;
  const { reach } = follow<Stage>(client, path, donor.token);
  await reach('underReview');
  return { id, path, reach };
}

/** They stand among his own, the latest first, and the last one tells what became of it. */
async function isAmongHis(
  { client }: DemoDeps,
  { token }: Person,
  list: string,
  made: readonly [Made, Made],
  events: number,
): Promise<void> {
  const { items } = await client.get<Page>(list, token);
  must(items.map(({ id }) => id).join() === made.map(({ id }) => id).join(), `${list} does not list what he made`);
  const timeline = await client.get<Timeline>(`${made[0].path}/timeline`, token);
  must(timeline.items.length >= events, `${made[0].path} tells nothing of what became of it`);
}

/** Of what nobody asks for in the village. */
const OFFER = {
  ...{ category: 'craft-tools', itemName: '竹编刀具', unit: '套', quantity: 2, unitValueFen: 6_000 },
  ...{ condition: 'new', delivery: 'villagePoint', regionCode: VILLAGE },
};

async function offers(deps: DemoDeps): Promise<void> {
  const { client, people } = deps;
  const donor = await newDonor(deps, VILLAGE);
  const county = await people.cadre('county', VILLAGE);
  const body = { ...OFFER, until: new Date(Date.now() + 600_000).toISOString() };
  const make = () => underReview(deps, donor, 'offer', '/v1/offers', body);
  const bad = await make();
  const no = { reasonCode: 'notSuitable', reason: '这类刀具不便邮寄，请另选物品' };
  await client.post('refuse offer', `${bad.path}/refuse`, county.token, no);
  await bad.reach('refused');
  const good = await make();
  await client.post('approve offer', `${good.path}/approve`, county.token, {});
  await good.reach('open');
  const asked = await client.post<{ id: string }>('match', `${good.path}/match`, donor.token);
  const matches = () => client.get<{ items: { id: string; stage: string }[] }>(`${good.path}/matches`, donor.token);
  const isDone = ({ items }: { items: { id: string; stage: string }[] }): boolean =>
    items.some(({ id, stage }) => id === asked.id && stage === 'done');
  await until('the match among those of the offer', matches, isDone);
  await client.post('withdraw offer', `${good.path}/withdraw`, donor.token);
  await good.reach('withdrawn');
  await isAmongHis(deps, donor, '/v1/my/offers', [good, bad], 4);
}

async function sponsorships(deps: DemoDeps): Promise<void> {
  const { client, people } = deps;
  const [donor, operator] = await Promise.all([newDonor(deps, VILLAGE), people.operator()]);
  const body = { organisation: '石城县同乡会', delivery: 'villagePoint', region: VILLAGE, needs: 5 };
  const make = () => underReview(deps, donor, 'sponsor', '/v1/sponsorships', body);
  const bad = await make();
  const no = { reasonCode: 'notConfirmed', reason: '机构登记证已过期，请更新后再申请' };
  await client.post('refuse sponsorship', `${bad.path}/refuse`, operator.token, no);
  await bad.reach('refused');
  const good = await make();
  await client.post('stop sponsorship', `${good.path}/cancel`, donor.token);
  await good.reach('withdrawn');
  await isAmongHis(deps, donor, '/v1/sponsorships', [good, bad], 2);
}
