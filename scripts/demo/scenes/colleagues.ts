import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { follow } from '../reach.ts';
import { must, until } from '../waiting.ts';
import type { Hamlet, Home } from './hamlet.ts';
import { ask, lookAt, reach, thing } from './needs.ts';

/** Work handed over among colleagues: refused by the one, kept by the other. */

const RAKE = {
  title: '收拾菜地缺一把钉耙',
  details: '菜地的土块要敲碎，原来的钉耙断了两个齿，一直用锄头背敲，想要一把新的钉耙。',
  category: 'hand-tools',
  lines: [thing('钉耙', '把', 4_000)],
};

interface Stage {
  readonly stage: string;
}
interface Page {
  readonly items: readonly { readonly id: string }[];
}

export async function handOver(deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<string> {
  const { client } = deps;
  const [giver, colleague] = hamlet.cadres;
  if (giver === undefined || colleague === undefined) throw new Error('no cadres');
  const needId = await ask(deps, home, RAKE);
  const path = `/v1/needs/${needId}`;
  await reach(deps, needId, home.member, 'underReview');
  await client.post('transfer', `${path}/transfer`, colleague.token, { toAccountId: giver.id });
  const isHis = () =>
    until(
      'the review at the one who hands over',
      () => lookAt(deps, needId, home.member),
      ({ review }) => review?.assigneeId === giver.id,
    );
  await isHis();

  const offer = async () => {
    const body = { toAccountId: colleague.id, needIds: [needId], reason: '外出开会三天，请代为办理' };
    const { id } = await client.post<{ id: string }>('hand over', '/v1/handovers', giver.token, body);
    const own = `/v1/handovers/${id}`;
    const { reach: becomes } = follow<Stage>(client, own, giver.token);
    await becomes('offered');
    return { id, path: own, becomes };
  };
  const first = await offer();
  const no = { reasonCode: 'tooBusy', reason: '这几天在镇上值班，接不过来' };
  await client.post('refuse handover', `${first.path}/refuse`, colleague.token, no);
  await first.becomes('refused');
  const second = await offer();
  await client.post('withdraw handover', `${second.path}/withdraw`, giver.token);
  await second.becomes('withdrawn');
  const known = [second.id, first.id].join();
  for (const [who, box] of [
    [giver, 'given'],
    [colleague, 'received'],
  ] as const satisfies readonly (readonly [Person, string])[]) {
    const { items } = await client.get<Page>(`/v1/my/handovers?box=${box}`, who.token);
    must(items.map(({ id }) => id).join() === known, `what was ${box} is not on his list`);
  }
  const { items } = await client.get<{ items: object[] }>(`${first.path}/timeline`, colleague.token);
  must(items.length >= 2, 'the handing over tells nothing of what became of it');
  await isHis();
  await client.post('approve', `${path}/approve`, giver.token, {});
  await reach(deps, needId, home.member, 'published');
  return 'a review was to be handed over: the colleague refused, the next offer was taken back, and it stayed where it was';
}
