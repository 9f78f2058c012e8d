import type { DemoDeps, NeedView } from '../need-run.ts';
import type { Person } from '../people.ts';
import { must, until } from '../waiting.ts';
import { dismiss, officeOf, settle } from './hamlet.ts';
import { ask, lookAt, reach, refused, thing } from './needs.ts';

/** Whoever is frozen or loses his office leaves work behind: it goes to his colleague, then to the level above. */

const VILLAGE = '360735100214';

const LANTERN = {
  title: '夜里出门缺一支手电',
  details: '村里的路没有灯，夜里要到牛栏添草，摔过两次，原来的手电充不进电了，想要一支能充电的手电筒。',
  category: 'lighting-safety',
  lines: [thing('手电筒', '支', 4_000)],
};

export async function showReroute(deps: DemoDeps): Promise<string[]> {
  const { client, people } = deps;
  const hamlet = await settle(deps, VILLAGE, { homes: 1 });
  const [leaving, colleague] = hamlet.cadres;
  const [home] = hamlet.homes;
  if (leaving === undefined || colleague === undefined || home === undefined) throw new Error('no hamlet');
  const needId = await ask(deps, home, LANTERN);
  const path = `/v1/needs/${needId}`;
  await reach(deps, needId, home.member, 'underReview');
  const seen = (what: string, is: (view: NeedView) => boolean) =>
    until(what, () => lookAt(deps, needId, home.member), is);
  const approve = (by: Person) => client.post('approve', `${path}/approve`, by.token, {});

  await client.post('transfer', `${path}/transfer`, colleague.token, { toAccountId: leaving.id });
  await seen('the one who is to decide', ({ review }) => review?.assigneeId === leaving.id);
  await refused('ASSIGNED_TO_ANOTHER', approve(colleague), 403);
  const township = await people.cadre('township', VILLAGE);
  const reason = { reason: '有人反映，正在核实' };
  await client.post('freeze', `/v1/accounts/${leaving.id}/freeze`, township.token, reason);
  const { review } = await seen('another to decide', (now) => now.review?.assigneeId !== leaving.id);
  must(review?.level === 'village', `it went to the ${review?.level ?? 'end'}, past a colleague in the village`);

  await dismiss(deps, colleague, await officeOf(deps, colleague));
  await seen('the level above', (now) => now.review?.level === 'township');
  // He is still frozen: nobody holds the office.
  await dismiss(deps, leaving, await officeOf(deps, leaving));
  await approve(township);
  await reach(deps, needId, home.member, 'published');
  const { items } = await client.get<{ items: { type: string }[] }>(`${path}/timeline`, home.member.token);
  const moves = items.filter(({ type }) => type === 'reviewRerouted').length;
  must(moves === 2, `the household reads of ${moves} moves of its review, not of two`);
  await client.post('withdraw', `${path}/withdraw`, home.member.token, {});
  const place = await findGap(deps);
  return [
    'a cadre who was to decide was frozen: his review went to his colleague in the village',
    'the colleague lost his office: it went on to the township, which decided; the household reads of both moves',
    `operators see that nobody decides in ${place} any more, and that its level was passed over`,
  ];
}

interface Skipped {
  readonly items: readonly { readonly level: string; readonly vacant: boolean; readonly place: string }[];
}

/** @returns the village whose office is vacant */
async function findGap({ client, people }: DemoDeps): Promise<string> {
  const { token } = await people.operator();
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const find = ({ items }: Skipped) => items.find(({ level, vacant }) => level === 'village' && vacant);
  const list = await until(
    'the village among the levels that were passed over',
    () => client.get<Skipped>(`/v1/skipped-levels?from=${today}&to=${today}&region=${VILLAGE}`, token),
    (seen) => find(seen) !== undefined,
  );
  return find(list)?.place ?? '';
}
