import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { must, until } from '../waiting.ts';
import { newDonor, settle, type Hamlet } from './hamlet.ts';
import { publish, thing, type Wish } from './needs.ts';

/** One organisation takes on several needs with one request; a neighbour's complaint goes one level further. */

const VILLAGE = '360735100207';

const WISHES: readonly Wish[] = [
  {
    title: '秋天收谷子缺晒垫',
    details: '收了谷子没有地方晒，一直铺在公路边上，又怕车又怕雨，想要两张大一点的晒垫。',
    category: 'hand-tools',
    lines: [thing('晒垫', '张', 4_000, 2)],
  },
  {
    title: '老人看报缺一副老花镜',
    details: '老人喜欢看报纸，原来的老花镜一条腿断了用线绑着，度数也不够了，想要一副两百五十度的。',
    category: 'glasses',
    consent: { kind: 'inPerson', reference: '本人', givenOn: '2026-01-05', sensitive: true, guardian: false },
    lines: [thing('老花镜', '副', 4_000)],
  },
  {
    title: '厨房里缺一个米缸',
    details: '米一直装在编织袋里，老鼠咬了好几个洞，想要一个带盖子的米缸，能装三十斤就行。',
    category: 'cookware',
    lines: [thing('米缸', '个', 6_000)],
  },
];

export async function showSponsor(deps: DemoDeps): Promise<string[]> {
  const hamlet = await settle(deps, VILLAGE, { homes: WISHES.length });
  const needIds = await Promise.all(
    hamlet.homes.map((home, i) => publish(deps, hamlet, home, WISHES[i % WISHES.length] as Wish)),
  );
  const [claimed, level] = await Promise.all([sponsor(deps, hamlet, needIds), objectToDecision(deps, hamlet)]);
  return [
    `${claimed} needs claimed and sent by one sponsorship, each with its own result and parcel, and received`,
    `a complaint was dismissed by the ${level.first}; after the objection the ${level.second} upheld it`,
  ];
}

interface Sponsorship {
  readonly stage: string;
  readonly totals: { readonly claimed: number };
}
interface Results {
  readonly items: readonly {
    readonly needId: string;
    readonly outcome: string;
    readonly pledgeId: string | null;
    readonly pledgeStage: string | null;
  }[];
}

async function sponsor(deps: DemoDeps, hamlet: Hamlet, needIds: readonly string[]): Promise<number> {
  const { client, people } = deps;
  const donor = await newDonor(deps, VILLAGE);
  const body = { organisation: '石城县乡贤会', delivery: 'villagePoint', needIds, budgetFen: 100_000 };
  const { id } = await client.post<{ id: string }>('sponsor', '/v1/sponsorships', donor.token, body);
  const path = `/v1/sponsorships/${id}`;
  const is = (stage: string) =>
    until(
      `a sponsorship to be ${stage}`,
      () => client.get<Sponsorship>(path, donor.token),
      (seen) => seen.stage === stage,
    );
  await is('underReview');
  await client.post('approve sponsorship', `${path}/approve`, (await people.operator()).token, {});
  const { totals } = await is('claimed');
  // Each pledge is a case of its own, which begins a moment after it was claimed.
  const results = () => client.get<Results>(`${path}/results`, donor.token);
  const areHeld = ({ items }: Results): boolean => items.every(({ pledgeStage }) => pledgeStage === 'held');
  const { items } = await until('its pledges to be held', results, areHeld);
  const won = items.filter(({ needId, outcome }) => needIds.includes(needId) && outcome === 'claimed');
  must(won.length === needIds.length && totals.claimed === needIds.length, `it got ${JSON.stringify(items)}`);
  const parcels = items.map(({ needId }) => ({
    needId,
    courier: '中国邮政',
    trackingNumber: `EMS${needId.slice(-12)}`,
  }));
  await client.post('send all', `${path}/send`, donor.token, { parcels });
  await is('completed');
  await Promise.all(
    items.map(({ needId, pledgeId }) => {
      const recipient = hamlet.homes[needIds.indexOf(needId)]?.member;
      return client.post('confirm', `/v1/pledges/${pledgeId ?? ''}/confirm`, recipient?.token ?? null, {});
    }),
  );
  return won.length;
}

interface Complaint {
  readonly stage: string;
  readonly handlingLevel: 'township' | 'county' | 'city' | 'province' | 'operator' | 'village' | null;
}

/** About a village's office: the level above says no, the complainant objects, and the next level decides for good. */
async function objectToDecision(deps: DemoDeps, { homes }: Hamlet): Promise<{ first: string; second: string }> {
  const { client, people } = deps;
  const complainant = homes[0]?.member;
  if (complainant === undefined) throw new Error('no homes');
  const text = '去村里问低保的事，三次都没有人在，墙上的电话也打不通，希望有人管一管。';
  const body = { about: 'office', level: 'village', regionCode: VILLAGE, kind: 'attitude', text };
  const { id } = await client.post<{ id: string }>('complain', '/v1/complaints', complainant.token, body);
  const path = `/v1/complaints/${id}`;
  const is = (stage: string) =>
    until(
      `a complaint to be ${stage}`,
      () => client.get<Complaint>(path, complainant.token),
      (seen) => seen.stage === stage,
    );
  const handler = (level: Complaint['handlingLevel']): Promise<Person> =>
    level === null || level === 'operator' ? people.operator() : people.cadre(level, VILLAGE);
  const first = (await is('handling')).handlingLevel;
  const no = { reasonCode: 'notFounded', reason: '经了解村里当天都有人值班' };
  await client.post('dismiss complaint', `${path}/dismiss`, (await handler(first)).token, no);
  await is('decided');
  await client.post('object', `${path}/object`, complainant.token, { reason: '值班表是后来补的，请上级再核实' });
  const second = (await is('handling')).handlingLevel;
  must(second !== first, 'the same level looks at the objection against itself');
  const yes = { measure: 'cadreWarned', reason: '值班确有空缺，已要求整改' };
  await client.post('uphold complaint', `${path}/uphold`, (await handler(second)).token, yes);
  await is('closed');
  return { first: first ?? 'operator', second: second ?? 'operator' };
}
