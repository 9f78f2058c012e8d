import { v7 as newClientId } from 'uuid';
import type { DemoDeps } from '../need-run.ts';
import { consentGiven, uploadPhoto } from '../posting.ts';
import { must, until } from '../waiting.ts';
import { newDonor, settle, type Hamlet, type Home } from './hamlet.ts';
import { approve, ask, askFor, discard, publish, reach, refused, submit, thing } from './needs.ts';
import { claim, pledgeIs } from './pledges.ts';

/** What helps whoever posts, and what guards children: templates, drafts from afar, consent by code, vetting. */

const VILLAGE = '360735100205';

const BOWLS = {
  title: '灶上缺碗筷和菜刀',
  details: '家里的碗大多缺了口，菜刀也豁了，切菜要借邻居家的刀，想要一套普通的碗筷和一把菜刀。',
  category: 'cookware',
};

export async function showPosting(deps: DemoDeps): Promise<string[]> {
  const hamlet = await settle(deps, VILLAGE, { homes: 3 });
  const [one, two] = hamlet.homes;
  if (one === undefined || two === undefined) throw new Error('no homes');
  const [templates] = await Promise.all([
    syncDraftsOf(deps, one).then(async (found) => {
      await askAlike(deps, one);
      return found;
    }),
    vet(deps, hamlet, two),
    consentByCode(deps, hamlet),
  ]);
  return [
    `${templates} templates offered; a draft came from a weak network twice and is one, and a stale copy was refused`,
    'a draft was changed in one place; what looked like an earlier need had to be told apart before it was sent',
    'a household without a device said yes by a code in a text message, and its need was posted with that',
    'lessons for a child: a donor was refused until the county had vetted him',
  ];
}

interface Synced {
  readonly items: readonly { readonly needId: string | null; readonly rev: number | null; readonly result: string }[];
}

/** The app keeps drafts under its own ids and uploads them whenever there is a connection. @returns how many templates there are */
async function syncDraftsOf(deps: DemoDeps, { id: householdId, member }: Home): Promise<number> {
  const { client } = deps;
  const { items: templates } = await client.get<{ items: object[] }>(
    `/v1/templates?category=${BOWLS.category}`,
    member.token,
  );
  must(templates.length > 0, 'there is no template for what is asked for');
  const draft = { householdId, relation: 'self', ...BOWLS };
  const id = newClientId();
  const upload = () =>
    client.post<Synced>('sync drafts', '/v1/my/drafts/sync', member.token, { drafts: [{ clientId: id, draft }] });
  const [first, again] = [(await upload()).items[0], (await upload()).items[0]];
  must(first?.result === 'created' && again?.result === 'unchanged', 'the same upload again made another draft');
  must(first?.needId === again?.needId, 'the same upload again made another draft');
  const lines = [thing('菜刀', '把', 4_000)];
  const later = { ...draft, lines, baseRev: first?.rev };
  const put = await client.put<{ result: string }>('put draft', `/v1/my/drafts/${id}`, member.token, later);
  must(put.result === 'updated', `the new content came out as ${put.result}`);
  const stale = { ...later, details: `${BOWLS.details}旧手机上的内容。` };
  await refused('DRAFT_CONFLICT', client.put('put draft', `/v1/my/drafts/${id}`, member.token, stale));
  await discard(deps, first?.needId ?? '', member);
  return templates.length;
}

const DUSTPAN = {
  title: '扫院子缺扫把和簸箕',
  details: '院子里落叶多，扫把秃了，簸箕的把手断了，想要一套新的扫把和簸箕。',
  category: 'hygiene',
  lines: [thing('扫把和簸箕', '套', 2_500)],
};
/** Another thing by another name, in words that are much alike. */
const FEEDER = {
  title: '喂鸡缺扫把和簸箕',
  details: '鸡舍里要天天打扫，也要有东西装鸡食，家里的都拿去扫院子了，想要一套专门放在鸡舍的。',
  category: 'hand-tools',
  lines: [thing('竹簸箕', '个', 2_000)],
};

interface Matches {
  readonly items: readonly { readonly needId: string; readonly duplicate: boolean; readonly dismissed: boolean }[];
}

/** Search before create: what may be the same is shown, and cannot be passed over. */
async function askAlike(deps: DemoDeps, home: Home): Promise<void> {
  const { client } = deps;
  const { member } = home;
  const first = await ask(deps, home, DUSTPAN);
  const { id } = await client.post<{ id: string }>('draft', '/v1/needs', member.token, {
    ...{ householdId: home.id, relation: 'self', urgency: 'low', ...FEEDER, title: '喂鸡缺工具' },
    photos: [await uploadPhoto(client, member, `${home.id} feeder`)],
  });
  const path = `/v1/needs/${id}`;
  const { title } = await client.patch<{ title: string }>('change draft', path, member.token, { title: FEEDER.title });
  must(title === FEEDER.title, 'a changed draft has another title');
  const matches = async () => (await client.get<Matches>(`${path}/likely-matches`, member.token)).items;
  const match = (await matches()).find(({ needId }) => needId === first);
  must(match?.duplicate === false, 'what may be the same is not shown before it is sent');
  await refused('LIKELY_MATCHES', client.post('submit', `${path}/submit`, member.token), 409);
  await submit({ client }, id, member);
  for (const needId of [first, id]) {
    await reach(deps, needId, member, 'underReview');
    await client.post('withdraw', `/v1/needs/${needId}/withdraw`, member.token, {});
  }
}

const FLASK = {
  title: '独居老人想要一个暖水瓶',
  details: '老人一个人住，烧一次水要用一天，原来的暖水瓶内胆碎了，想要一个普通的暖水瓶。',
  category: 'cookware',
  lines: [thing('暖水瓶', '个', 3_500)],
};
const LESSONS = {
  kind: 'service',
  category: 'tutoring',
  title: '孙子四年级的数学辅导',
  details: '孙子上四年级，应用题总是看不懂，家里老人不识字帮不上忙，希望每周有人讲两次题。',
  lines: [{ name: '数学辅导', unit: '次', quantity: 4 }],
  arrangement: { when: '每周六上午', place: 'village', minor: true, presentAdult: 'grandparent' },
  consent: { kind: 'inPerson', reference: '本人', givenOn: '2026-01-05', sensitive: false, guardian: true },
};

/** Nobody meets a child before the county where he lives has looked at his papers. */
async function vet(deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<void> {
  const needId = await publish(deps, hamlet, home, LESSONS);
  const donor = await newDonor(deps, VILLAGE);
  const offer = () => claim(deps, donor, needId, 1, { delivery: 'faceToFace' });
  await refused('VETTING_REQUIRED', offer());
  const county = await deps.people.cadre('county', VILLAGE);
  const nextYear = new Date(Date.now() + 300 * 86_400_000).toISOString().slice(0, 10);
  await deps.client.put('vet', `/v1/accounts/${donor.id}/vetting`, county.token, { until: nextYear });
  await pledgeIs(deps, await offer(), 'held');
}

interface Texts {
  readonly items: readonly { readonly text: string }[];
}

/** The cadre asks, the household's phone gets a code, and with it he has its word. */
async function consentByCode(deps: DemoDeps, hamlet: Hamlet): Promise<void> {
  const { client } = deps;
  const home = hamlet.homes[2];
  const [poster, reviewer] = hamlet.cadres;
  if (home === undefined || poster === undefined || reviewer === undefined) throw new Error('no hamlet');
  const path = `/v1/households/${home.id}/consent-codes`;
  const asked = await client.post<{ id: string }>('ask consent', path, poster.token, {
    sensitive: true,
    guardian: false,
  });
  const texts = await until(
    'the code for its consent',
    () => client.get<Texts>(`/v1/sandbox/sms?phone=${home.phone}`, null),
    ({ items }) => items.some(({ text }) => /验证码\d{6}/.test(text)),
  );
  const code = /验证码(\d{6})/.exec(texts.items[0]?.text ?? '')?.[1] ?? '';
  await client.post('give consent', `/v1/consents/${asked.id}/confirm`, poster.token, { code });
  const consent = consentGiven('smsCode', asked.id);
  const id = await askFor(deps, home, FLASK, { by: poster, relation: 'villageCadre', consent });
  await approve(deps, { ...hamlet, cadres: [reviewer] }, id, poster);
}
