import { v7 as newId } from 'uuid';
import { ApiError } from '../client.ts';
import { whenReady, type DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { must, until } from '../waiting.ts';
import { PASSWORD, settle, signIn, type Hamlet, type Home } from './hamlet.ts';
import { approve, ask, reach, refused, reviewersOf, thing, type Wish } from './needs.ts';

/** What reviewers do beside approving: take and hand on, decide many at once, think again, pin, restore, stand in. */

const VILLAGE = '360735100204';

const WISHES = {
  quilts: {
    title: '老人过冬缺两床棉被',
    details: '山里夜里冷，两位老人盖的还是十几年前的旧被子，里面的棉花已经板结，想要两床新的棉被。',
    category: 'bedding',
    lines: [thing('棉被', '床', 9_000, 2)],
  },
  hoes: {
    title: '开春翻地缺锄头镰刀',
    details: '家里的锄头木柄断了，镰刀也卷了口，开春要翻菜地，每次都到邻居家借，想要一把锄头和两把镰刀。',
    category: 'hand-tools',
    lines: [thing('锄头', '把', 4_500), thing('镰刀', '把', 2_000, 2)],
  },
  boots: {
    title: '下田干活缺一双雨靴',
    details: '水田里干活一直穿布鞋，脚上常年泡得发白，医生嘱咐要保持干燥，想要一双四十一码的雨靴。',
    category: 'everyday-clothing',
    lines: [thing('雨靴', '双', 4_000)],
  },
  lamp: {
    title: '灶房太暗想装一盏灯',
    details: '灶房没有窗户，白天做饭也要点蜡烛，有一次把袖口烧了，想要一盏亮一点的节能灯和灯座。',
    category: 'lighting-safety',
    lines: [thing('节能灯', '盏', 3_000)],
  },
};

export async function showReview(deps: DemoDeps): Promise<string[]> {
  const hamlet = await settle(deps, VILLAGE, { cadres: 3, homes: 4 });
  const [one, two, three, four] = hamlet.homes;
  if (one === undefined || two === undefined || three === undefined || four === undefined) throw new Error('no homes');
  const [, bulk] = await Promise.all([
    takeHandOnAndThinkAgain(deps, hamlet, one),
    decideMany(deps, hamlet, two, three),
    standIn(deps, hamlet, four),
    freeze(deps, hamlet),
  ]);
  return [
    'taken (a colleague was refused meanwhile), let go, handed to a colleague, approved, revoked and approved again',
    'pinned and let down by the county, taken down and restored, renewed, then closed early by its publisher',
    `decided in one request: ${bulk.join(', ')}`,
    'a stand-in decided in the place of a cadre on leave; another cadre was frozen by his township, and let back',
  ];
}

/** Two people who may decide about it now. */
async function pair(deps: DemoDeps, hamlet: Hamlet, needId: string, by: Person): Promise<[Person, Person]> {
  const { review } = await reach(deps, needId, by, 'underReview');
  const [first, second] = await reviewersOf(deps, hamlet, review?.level ?? 'village');
  if (first === undefined || second === undefined) throw new Error('the level has no two reviewers');
  return [first, second];
}

async function takeHandOnAndThinkAgain(deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<void> {
  const { client } = deps;
  const { member } = home;
  const needId = await ask(deps, home, WISHES.quilts);
  const path = `/v1/needs/${needId}`;
  const [first, second] = await pair(deps, hamlet, needId, member);
  await client.post('take', `${path}/take`, first.token);
  await refused('TAKEN_BY_ANOTHER', client.post('approve', `${path}/approve`, second.token, {}));
  const { taken } = await client.get<{ taken: { accountId: string } | null }>(`${path}/full`, second.token);
  must(taken?.accountId === first.id, 'a colleague does not see who has taken it');
  await client.post('let go', `${path}/let-go`, first.token);
  const toColleague = { toAccountId: second.id, reason: '请熟悉情况的同事办理' };
  await client.post('transfer', `${path}/transfer`, first.token, toColleague);
  const mine = () => client.get<Page>('/v1/work-list/reviews?box=mine&limit=100', second.token);
  await until('it among what waits for him alone', mine, ({ items }) => items.some(({ id }) => id === needId));
  await client.get(`${path}/duplicates`, second.token);

  const approver = await approve(deps, hamlet, needId, member);
  // He takes his word back, and somebody else looks again.
  const doubt = { reasonCode: 'checking', reason: '有一处情况需要再核实一下' };
  await client.post('revoke', `${path}/revoke`, approver.token, doubt);
  await reach(deps, needId, member, 'underReview');
  await approve(deps, hamlet, needId, member, approver);
  await changeItsPlace(deps, needId, member);
}

interface Page {
  readonly items: readonly { readonly id: string }[];
}

/** What county and publisher do with a need that is public. */
async function changeItsPlace(deps: DemoDeps, needId: string, publisher: Person): Promise<void> {
  const { client, people } = deps;
  const path = `/v1/needs/${needId}`;
  const county = await people.cadre('county', VILLAGE);
  const isPinned = (wanted: boolean) =>
    until(
      wanted ? 'its place at the top' : 'its ordinary place',
      () => client.get<{ pinned: boolean }>(path, publisher.token),
      ({ pinned }) => pinned === wanted,
    );
  await client.post('pin', `${path}/pin`, county.token, { days: 3 });
  await isPinned(true);
  await client.post('unpin', `${path}/unpin`, county.token);
  await isPinned(false);
  const mistaken = { reasonCode: 'checking', reason: '有人反映重复，先下架核对' };
  await client.post('takeDown', `${path}/take-down`, county.token, mistaken);
  await reach(deps, needId, publisher, 'takenDown');
  await client.post('restore', `${path}/restore`, county.token);
  await reach(deps, needId, publisher, 'published');
  const expiry = () => client.get<{ expiresAt: string }>(`${path}/full`, publisher.token);
  const before = (await expiry()).expiresAt;
  await client.post('renew', `${path}/renew`, publisher.token);
  await until('its longer life', expiry, ({ expiresAt }) => expiresAt > before);
  await client.post('close early', `${path}/close-early`, publisher.token);
  await reach(deps, needId, publisher, 'closed');
}

interface Decisions {
  readonly items: readonly { readonly status: string; readonly problem: { readonly code: string } | null }[];
}

/** Some are approved and some refused in one request; what does not exist is told for itself. */
async function decideMany(deps: DemoDeps, hamlet: Hamlet, one: Home, two: Home): Promise<string[]> {
  const wishes: readonly (readonly [Home, Wish])[] = [
    [one, WISHES.hoes],
    [two, WISHES.boots],
  ];
  const [good = '', bad = ''] = await Promise.all(wishes.map(([home, wish]) => ask(deps, home, wish)));
  const [reviewer] = await pair(deps, hamlet, good, one.member);
  const { review } = await reach(deps, bad, two.member, 'underReview');
  const [second = reviewer] = await reviewersOf(deps, hamlet, review?.level ?? 'village');
  const unknown = newId();
  const body = {
    items: [
      { decision: 'approve', needId: good },
      { decision: 'refuse', needId: bad, reasonCode: 'receivedElsewhere', reason: '村里已经发过同样的雨靴' },
      { decision: 'approve', needId: unknown },
    ],
  };
  must(second.id === reviewer.id, 'the two needs wait for different levels');
  const { items } = await deps.client.post<Decisions>('decide many', '/v1/need-decisions', reviewer.token, body);
  const said = items.map(({ status, problem }) => problem?.code ?? status);
  // On a busy machine a decision is accepted for good, and applied a moment later.
  must(/^(applied|pending),(applied|pending),NOT_FOUND$/.test(said.join()), `the decisions came out as ${said.join()}`);
  await reach(deps, bad, two.member, 'refused');
  return ['one approved', 'one refused', 'one unknown'];
}

/** Before a leave a cadre names who decides in his place; when he is back, he ends it. */
async function standIn(deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<void> {
  const { client } = deps;
  const needId = await ask(deps, home, WISHES.lamp);
  const path = `/v1/needs/${needId}`;
  const [absent, colleague] = await pair(deps, hamlet, needId, home.member);
  const own = { toAccountId: absent.id };
  await client.post('transfer', `${path}/transfer`, colleague.token, own);
  const [from, until_] = [Date.now() - 1000, Date.now() + 3_600_000].map((at) => new Date(at).toISOString());
  const leave = { accountId: colleague.id, from, until: until_ };
  const named = await client.post<{ id: string }>('name stand-in', '/v1/my/stand-ins', absent.token, leave);
  const { items } = await client.get<Page>('/v1/my/stand-ins', absent.token);
  must(
    items.some(({ id }) => id === named.id),
    'he does not see who stands in for him',
  );
  // For himself he may not: it waits for the one on leave. In his place he may, once every process knows of it.
  await refused('ASSIGNED_TO_ANOTHER', client.post('approve', `${path}/approve`, colleague.token, {}));
  await whenReady(['NOT_PERMITTED'], () => client.post('approve', `${path}/approve`, colleague.token, {}, named.id));
  await client.delete('end stand-in', `/v1/my/stand-ins/${named.id}`, absent.token);
}

/** Whoever is complained of is stopped by the level above until it is cleared up. */
async function freeze({ client, people }: DemoDeps, { cadres }: Hamlet): Promise<void> {
  const cadre = cadres.at(-1);
  if (cadre === undefined) throw new Error('the hamlet has no cadre');
  const township = await people.cadre('township', VILLAGE);
  const path = `/v1/accounts/${cadre.id}`;
  await client.post('freeze', `${path}/freeze`, township.token, { reason: '有人反映，正在核实' });
  await until(
    'his account to be frozen',
    () =>
      client.get('/v1/me', cadre.token).then(
        () => '',
        (error: unknown) => (error instanceof ApiError ? error.problem.code : ''),
      ),
    (code) => code === 'ACCOUNT_FROZEN',
  );
  // He comes in for this alone: to read why, and to have it looked at.
  const credentials = { phone: cadre.key, password: PASSWORD };
  const shut = await client.post<{ accessToken: string }>('come in', '/v1/sessions/frozen', null, credentials);
  await client.get('/v1/my/freeze', shut.accessToken);
  await refused('ACCOUNT_FROZEN', client.get('/v1/me', shut.accessToken));
  await client.post('unfreeze', `${path}/unfreeze`, township.token);
  // The freeze has ended his sessions.
  const { token } = await whenReady(['ACCOUNT_FROZEN'], () => signIn({ client }, cadre.key));
  await client.get('/v1/work-list/today', token);
}
