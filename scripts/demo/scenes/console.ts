import { v7 as newId } from 'uuid';
import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { must, until } from '../waiting.ts';
import { appoint, newPerson, settle, type Home } from './hamlet.ts';
import { ask, reach, thing } from './needs.ts';

/** What operators do: cases that park, who read what, and where to look in the Temporal UI. */

/** A village of a county in which nobody holds an office: whatever is posted there parks. */
const VILLAGE = '370285002282';
const COUNTY = VILLAGE.slice(0, 6);

const STOVE = {
  title: '冬天取暖缺一个铁炉子',
  details: '屋里没有暖气，冬天靠一盆炭火过夜，去年熏得头疼，想要一个带烟囱的小铁炉子。',
  category: 'heating',
  lines: [thing('铁炉子', '个', 20_000)],
};

export async function showConsole(deps: DemoDeps): Promise<string[]> {
  const { homes } = await settle(deps, VILLAGE, { cadres: 0, homes: 3 });
  const [cases] = await Promise.all([unpark(deps, homes), watch(deps)]);
  return [
    `${cases} cases parked for want of a reviewer: found by region and reason, retried, skipped and resumed, then ended together`,
    'who read a household’s data was found by person and by reader, and the household reads it itself',
    'saved views lead into the Temporal UI',
  ];
}

interface Stuck {
  readonly items: readonly { readonly caseId: string }[];
}
interface Actions {
  readonly items: readonly { readonly status: string; readonly problem: { readonly code: string } | null }[];
}

/** Nobody can review them: they wait for an operator, who finds somebody, and ends what was only a trial. */
async function unpark(deps: DemoDeps, homes: readonly Home[]): Promise<number> {
  const { client, people } = deps;
  const { token } = await people.operator();
  const needIds = await Promise.all(homes.map((home) => ask(deps, home, STOVE)));
  const [retried = '', skipped = '', resumed = ''] = needIds;
  const list = () =>
    client.get<Stuck>(`/v1/operator/stuck?kind=parked&region=${COUNTY}&reason=noReviewer&limit=100`, token);
  const areAll = ({ items }: Stuck): boolean => needIds.every((id) => items.some(({ caseId }) => caseId === id));
  await until('the parked cases in the operators’ list', list, areAll);
  interface Summary {
    readonly total: number;
  }
  const { total } = await client.get<Summary>(`/v1/operator/stuck/summary?kind=parked&region=${COUNTY}`, token);
  must(total >= needIds.length, `${total} cases are parked in the county`);
  for (const kind of ['overdue', 'stuck']) await client.get(`/v1/operator/stuck?kind=${kind}`, token);

  const act = (needId: string, action: string) =>
    client.post(action, `/v1/operator/cases/need/${needId}/${action}`, token, { reason: '当地已有人办理，继续' });
  const office = { role: 'cadre', level: 'village', regionCode: VILLAGE };
  const { person: cadre, grantId } = await appoint(deps, await newPerson(deps), office);
  await act(retried, 'retry');
  const [first, second, third] = homes;
  if (first === undefined || second === undefined || third === undefined) throw new Error('no homes');
  await reach(deps, retried, first.member, 'underReview');
  await client.post('approve', `/v1/needs/${retried}/approve`, cadre.token, {});
  await reach(deps, retried, first.member, 'published');
  await act(skipped, 'skip');
  await act(resumed, 'resume');
  await reach(deps, skipped, second.member, 'submitted');
  await reach(deps, resumed, third.member, 'submitted');

  const cases = [...needIds, newId()].map((caseId) => ({ caseType: 'need', caseId }));
  const end = { action: 'cancel', cases, reasonCode: 'postedByMistake', reason: '示范结束，一并注销' };
  const { items } = await client.post<Actions>('act on many', '/v1/operator/case-actions', token, end);
  const said = items.map(({ status, problem }) => problem?.code ?? status).join();
  must(/^((applied|pending),){3}NOT_FOUND$/.test(said), `the actions came out as ${said}`);
  await Promise.all(homes.map(({ member }, i) => reach(deps, needIds[i] ?? '', member, 'cancelled')));
  await readersOf(deps, first, retried, cadre);
  await client.delete('withdraw role', `/v1/accounts/${cadre.id}/grants/${grantId}`, token);
  return needIds.length;
}

interface Audit {
  readonly items: readonly { readonly accountId: string | null; readonly action: string }[];
}
interface Accesses {
  readonly items: readonly { readonly by: string }[];
}

/** A cadre has looked at a need: an operator finds it, and so does the household. */
async function readersOf(deps: DemoDeps, home: Home, needId: string, cadre: Person): Promise<void> {
  const { client, people } = deps;
  await client.get(`/v1/needs/${needId}/full`, cadre.token);
  const { token } = await people.operator();
  const person = `household:${home.id}`;
  const search = (query: string) => client.get<Audit>(`/v1/operator/audit?purpose=supervision&${query}`, token);
  const isHis = ({ items }: Audit): boolean => items.some(({ accountId }) => accountId === cadre.id);
  await until('the reader in the audit trail', () => search(`person=${person}`), isHis);
  must(isHis(await search(`reader=${cadre.id}`)), 'the audit trail does not know him as a reader');
  const mine = () => client.get<Accesses>('/v1/my/data-accesses', home.member.token);
  await until('the reading in what the household sees', mine, ({ items }) =>
    items.some(({ by }) => by.includes('干部')),
  );
}

/** The document by which money may be asked for. @returns what was recorded */
export async function designate({ client, people }: DemoDeps): Promise<string> {
  const { token } = await people.operator();
  const document = {
    authority: '民政部',
    reference: '民函〔2026〕示范1号',
    designatedOn: '2026-01-05',
    validUntil: null,
  };
  await client.put('designate', '/v1/operator/designation', token, document);
  const known = await client.get<{ reference: string }>('/v1/operator/designation', token);
  must(known.reference === document.reference, 'another designation is recorded');
  return known.reference;
}

/** The views of the Temporal UI. */
async function watch({ client, people }: DemoDeps): Promise<void> {
  const { token } = await people.operator();
  interface Views {
    readonly items: readonly { readonly url: string }[];
  }
  const { items } = await client.get<Views>(`/v1/operator/temporal-views?region=${COUNTY}`, token);
  must(items.length > 0 && items.every(({ url }) => url.startsWith('http')), 'no view leads into the Temporal UI');
}
