import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { must, until } from '../waiting.ts';
import type { Hamlet, Home } from './hamlet.ts';
import { publish, refused, thing, type Wish } from './needs.ts';
import type { OwnRules } from './policy.ts';

/** Approvals that a second reviewer looks at without knowing of the first, and what that says of the first one. */

const BASIN = {
  title: '洗衣服缺一个大木盆',
  details: '全家的衣服都在河边的石头上洗，冬天手都冻裂了，想要一个大一点的盆在家里洗衣服。',
  category: 'hygiene',
  lines: [thing('大盆', '个', 5_000)],
};
const MAT = {
  title: '夏天床上缺一张草席',
  details: '夏天睡在木板上，原来的草席编的地方都散开了，扎得背上一道一道的，想要一张新草席。',
  category: 'bedding',
  lines: [thing('草席', '张', 4_500)],
};

interface Rechecks {
  readonly items: readonly { readonly id: string; readonly title: string; readonly [field: string]: unknown }[];
}
interface ReviewerRecord {
  readonly rechecked: number;
  readonly accuracy: number | null;
  readonly samplingPercent: number;
}

/** One approval is confirmed, the other not: his record tells it, to him and to the county. @returns his accuracy */
export async function lookTwice(
  deps: DemoDeps,
  hamlet: Hamlet,
  homes: readonly Home[],
  rules: OwnRules,
): Promise<number> {
  const { client } = deps;
  const [first, second] = hamlet.cadres;
  if (first === undefined || second === undefined) throw new Error('the hamlet has no cadres');
  const pairs: readonly (readonly [Home | undefined, Wish])[] = [
    [homes[0], BASIN],
    [homes[1], MAT],
  ];
  await Promise.all(pairs.map(([home, wish]) => approvedUnder(deps, hamlet, home, wish, rules)));
  const before = await recordOf(deps, first);
  must(before.accuracy === null, 'he has an accuracy before anybody looked a second time');

  const confirmed = await waiting(deps, second, BASIN.title);
  const doubted = await waiting(deps, second, MAT.title);
  const decide = (id: string, by: Person, decision: object) =>
    client.post('review again', `/v1/rechecks/${id}/decision`, by.token, decision);
  await refused('NOT_FOUND', decide(confirmed, first, { decision: 'approve' }), 404);
  await decide(confirmed, second, { decision: 'approve' });
  const no = { decision: 'refuse', reasonCode: 'notNeeded', reason: '入户看过，床上铺着新的草席' };
  await decide(doubted, second, no);
  await refused('ALREADY_DONE', decide(doubted, second, no), 409);
  const record = await until(
    'both second reviews in his record',
    () => recordOf(deps, first),
    ({ rechecked }) => rechecked === 2,
  );
  const accuracy = record.accuracy ?? 0;
  must(accuracy === 50, `his accuracy is ${accuracy} %, not one of two`);
  await countySees(deps, hamlet, first);
  return accuracy;
}

const recordOf = ({ client }: DemoDeps, { token }: Person): Promise<ReviewerRecord> =>
  client.get<ReviewerRecord>('/v1/my/reviewer-record', token);

async function approvedUnder(
  deps: DemoDeps,
  hamlet: Hamlet,
  home: Home | undefined,
  wish: Wish,
  rules: OwnRules,
): Promise<void> {
  if (home === undefined) throw new Error('no home');
  const needId = await publish(deps, hamlet, home, wish);
  const path = `/v1/needs/${needId}/full`;
  const { policyVersion } = await deps.client.get<{ policyVersion: string }>(path, home.member.token);
  must(policyVersion === rules.version, `the need began under ${policyVersion}`);
}

/** It is among his work, and nothing there tells what was decided and by whom. @returns its id */
async function waiting({ client }: DemoDeps, { token }: Person, title: string): Promise<string> {
  const list = () => client.get<Rechecks>('/v1/work-list/rechecks?limit=100', token);
  const isIt = (item: Rechecks['items'][number]): boolean => item.title === title;
  const { items } = await until('the second review', list, (seen) => seen.items.some(isIt));
  const found = items.findLast(isIt);
  const told = Object.keys(found ?? {}).filter((field) => /decision|agreed|review/i.test(field));
  must(told.length === 0, `a second review is not blind: it tells ${told.join()}`);
  return found?.id ?? '';
}

async function countySees({ client, people }: DemoDeps, { village }: Hamlet, reviewer: Person): Promise<void> {
  const county = await people.cadre('county', village);
  interface Records {
    readonly items: readonly { readonly accountId: string; readonly accuracy: number | null }[];
  }
  const { items } = await client.get<Records>('/v1/reviewer-records', county.token);
  const seen = items.find(({ accountId }) => accountId === reviewer.id);
  must(seen?.accuracy === 50, 'the county does not see how its village’s reviewer stands');
}
