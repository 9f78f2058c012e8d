import { v7 as newClientId } from 'uuid';
import type { DemoDeps, NeedView } from './need-run.ts';
import { consentGiven, dismissMatches, record, uploadPhoto } from './posting.ts';
import { designate } from './scenes/console.ts';
import { settle } from './scenes/hamlet.ts';
import { refused } from './scenes/needs.ts';
import { until } from './waiting.ts';

/**
 * A village cadre posts a service and a money need for a household in one request, and sends it twice, as from a weak
 * network: nothing doubles. Reviewed alike, the service is published; the money need waits until it can be paid.
 */

const VILLAGE = '360735100223';
const POSTER = `cadre-${VILLAGE}-1`;

export interface KindsReport {
  readonly service: string;
  readonly money: string;
}

interface Posted {
  readonly items: readonly { readonly needId: string | null; readonly result: string; readonly problem: unknown }[];
}

export async function postOtherKinds(deps: DemoDeps, progress: (line: string) => void): Promise<KindsReport> {
  const { client, people } = deps;
  const poster = await people.person(POSTER);
  const [home] = (await settle(deps, VILLAGE, { cadres: 0, homes: 1 })).homes;
  if (home === undefined) throw new Error('no household came into the register');
  const householdId = home.id;
  // Each shows its own: one picture for two needs would be asked about.
  const [orchard, shed] = await Promise.all(
    ['kinds-demo-orchard', 'kinds-demo-shed'].map((seed) => uploadPhoto(client, poster, seed)),
  );
  const spoken = consentGiven('recording', await record(client, poster, householdId));
  const consent = { ...spoken, guardian: true };
  const base = { householdId, relation: 'villageCadre', urgency: 'normal', consent };
  const service = {
    ...base,
    photos: [orchard],
    ...{ kind: 'service', category: 'farm-advice', title: '请人指导修剪脐橙果树' },
    details: '种了两亩脐橙，去年挂果少，不会修剪和防虫，希望懂技术的人来果园指导两次。',
    lines: [{ name: '果园现场指导', unit: '次', quantity: 2 }],
    arrangement: { when: '三月的任何一个周末', place: 'village' },
  };
  const money = {
    ...base,
    photos: [shed],
    ...{ kind: 'money', category: 'livelihood-costs', title: '搭建鸡棚差一点本钱' },
    details: '打算在屋后搭一个鸡棚养一百只土鸡，木料已经备好，买铁丝网和瓦片还差四百元。',
    lines: [{ name: '铁丝网和瓦片', unit: '笔', quantity: 1, unitPriceFen: 40_000 }],
    payee: { kind: 'recipient', name: '示范户主', bank: '示范农商银行', account: '9900000000000001' },
  };
  const clientIds = [newClientId(), newClientId()];
  const items = [service, money].map((draft, i) => ({ clientId: clientIds[i], draft }));
  const send = () => client.post<Posted>('post several', '/v1/need-postings', poster.token, { items });
  let first = await send();
  for (const { needId, result } of first.items) {
    // An earlier run has asked for the same in this village.
    if (result === 'draft') await dismissMatches(client, needId ?? '', poster.token);
  }
  if (first.items.some(({ result }) => result === 'draft')) first = await send();
  const again = await send();
  const ids = first.items.map(({ needId, result, problem }) => {
    if (needId === null || result !== 'submitted')
      throw new Error(`posting ended as ${result}: ${JSON.stringify(problem)}`);
    return needId;
  });
  if (again.items.some(({ needId, result }, i) => needId !== ids[i] || result !== 'submitted'))
    throw new Error('the same upload again did not give the same needs');
  const [served, withheld] = await Promise.all(ids.map((id) => approved(deps, id, poster.token)));
  if (withheld === 'published') throw new Error('a money need was published although nobody can pay it');
  // With the designation recorded, nobody can open it before payments exist.
  const document = await designate(deps);
  const { token } = await people.operator();
  await refused('PAYMENTS_MISSING', client.post('open withheld', `/v1/needs/${ids[1] ?? ''}/open`, token), 409);
  progress(`${VILLAGE}: a service is ${served ?? ''}, a money need is ${withheld ?? ''}, also under ${document}`);
  return { service: served ?? '', money: withheld ?? '' };
}

/** Approves on every level of the route; the stage in which it ends up. */
async function approved({ client, people }: DemoDeps, needId: string, token: string): Promise<string> {
  const read = () => client.get<NeedView>(`/v1/needs/${needId}/full`, token);
  const isOver = ({ stage }: NeedView): boolean => !['draft', 'submitted', 'underReview'].includes(stage);
  for (;;) {
    const need = await until('a reviewer or an end', read, (seen) => isOver(seen) || seen.review !== null);
    if (isOver(need) || need.review === null) return need.stage;
    const { level } = need.review;
    const cadre = await people.cadre(level, VILLAGE, POSTER);
    await client.post('approve', `/v1/needs/${needId}/approve`, cadre.token, {});
    await until('the next level', read, (seen) => isOver(seen) || seen.review?.level !== level);
  }
}
