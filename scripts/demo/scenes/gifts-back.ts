import type { DemoDeps } from '../need-run.ts';
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

/** Of what nobody asks for in the village. */
const OFFER = {
  ...{ category: 'craft-tools', itemName: '竹编刀具', unit: '套', quantity: 2, unitValueFen: 6_000 },
  ...{ condition: 'new', delivery: 'villagePoint', regionCode: VILLAGE },
};

async function offers(deps: DemoDeps): Promise<void> {
  const { client, people } = deps;
  const donor = await newDonor(deps, VILLAGE);
  const county = await people.cadre('county', VILLAGE);
  const make = async () => {
    const body = { ...OFFER, until: new Date(Date.now() + 600_000).toISOString() };
    const { id } = await client.post<{ id: string }>('offer', '/v1/offers', donor.token, body);
    const path = `/v1/offers/${id}`;
    const { reach } = follow<Stage>(client, path, donor.token);
    await reach('underReview');
    return { id, path, reach };
  };
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
  const { items } = await client.get<Page>('/v1/my/offers', donor.token);
  must(items.map(({ id }) => id).join() === [good.id, bad.id].join(), 'his offers are not among his');
  const timeline = await client.get<Timeline>(`${good.path}/timeline`, donor.token);
  must(timeline.items.length >= 4, 'his offer tells nothing of what became of it');
}

async function sponsorships(deps: DemoDeps): Promise<void> {
  const { client, people } = deps;
  const [donor, operator] = await Promise.all([newDonor(deps, VILLAGE), people.operator()]);
  const make = async () => {
    const body = { organisation: '石城县同乡会', delivery: 'villagePoint', region: VILLAGE, needs: 5 };
    const { id } = await client.post<{ id: string }>('sponsor', '/v1/sponsorships', donor.token, body);
    const path = `/v1/sponsorships/${id}`;
    const { reach } = follow<Stage>(client, path, donor.token);
    await reach('underReview');
    return { id, path, reach };
  };
  const bad = await make();
  const no = { reasonCode: 'notConfirmed', reason: '机构登记证已过期，请更新后再申请' };
  await client.post('refuse sponsorship', `${bad.path}/refuse`, operator.token, no);
  await bad.reach('refused');
  const good = await make();
  await client.post('stop sponsorship', `${good.path}/cancel`, donor.token);
  await good.reach('withdrawn');
  const { items } = await client.get<Page>('/v1/sponsorships', donor.token);
  must(items.map(({ id }) => id).join() === [good.id, bad.id].join(), 'his sponsorships are not among his');
  const timeline = await client.get<Timeline>(`${good.path}/timeline`, donor.token);
  must(timeline.items.length >= 2, 'his sponsorship tells nothing of what became of it');
}
