import { setTimeout as delay } from 'node:timers/promises';
import type { DemoDeps, NeedView } from './need-run.ts';
import { householdOf, uploadPhoto } from './posting.ts';
import { readNeeds } from './sample.ts';

/**
 * A village cadre posts a service and a money need for a household in one request, and sends it twice, as from a weak
 * network: nothing doubles. Reviewed alike, the service is published; the money need waits until it can be paid.
 */

const VILLAGE = '360735100223';
const POSTER = `cadre-${VILLAGE}-1`;
/** Made by the client, so the same in every run. */
const CLIENT_IDS = ['01936f5e-7c1a-7cc3-8000-3b0f2a9d4c11', '01936f5e-7c1a-7cc3-8000-3b0f2a9d4c12'];
const LIMIT_MS = 30_000;

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
  const number = quietHousehold();
  const householdId = await householdOf(client, poster, number);
  if (householdId === null) throw new Error(`the register has no household ${number}`);
  // Each shows its own: one picture for two needs would be asked about.
  const [orchard, shed] = await Promise.all(
    ['kinds-demo-orchard', 'kinds-demo-shed'].map((seed) => uploadPhoto(client, poster, seed)),
  );
  const consent = { kind: 'recording', reference: '录音-示范', givenOn: '2026-01-05', sensitive: true, guardian: true };
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
  const items = [service, money].map((draft, i) => ({ clientId: CLIENT_IDS[i], draft }));
  const send = () => client.post<Posted>('post several', '/v1/need-postings', poster.token, { items });
  const first = await send();
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
  progress(`${VILLAGE}: a service is ${served ?? ''}, a money need is ${withheld ?? ''}`);
  return { service: served ?? '', money: withheld ?? '' };
}

/** Of the village, with as few needs of its own as there are. */
function quietHousehold(): string {
  const counts = new Map<string, number>();
  for (const need of readNeeds().filter(({ villageCode }) => villageCode === VILLAGE)) {
    counts.set(need.householdNumber, (counts.get(need.householdNumber) ?? 0) + 1);
  }
  const [quietest] = [...counts].sort((a, b) => a[1] - b[1]);
  if (quietest === undefined) throw new Error(`no sample need is of ${VILLAGE}`);
  return quietest[0];
}

/** Approves on every level of the route; the stage in which it ends up. */
async function approved({ client, people }: DemoDeps, needId: string, token: string): Promise<string> {
  for (const giveUpAt = Date.now() + LIMIT_MS; Date.now() < giveUpAt; await delay(100)) {
    const need = await client.get<NeedView>(`/v1/needs/${needId}/full`, token);
    if (!['draft', 'submitted', 'underReview'].includes(need.stage)) return need.stage;
    if (need.review === null) continue;
    const cadre = await people.cadre(need.review.level, VILLAGE, POSTER);
    await client.post('approve', `/v1/needs/${needId}/approve`, cadre.token, {}).catch(() => undefined);
  }
  throw new Error(`need ${needId} was not approved in time`);
}
