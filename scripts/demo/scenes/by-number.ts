import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { consentGiven } from '../posting.ts';
import { knownTexts, nextText, see, takeBack, visit } from '../trust/household.ts';
import { must, until } from '../waiting.ts';
import { newDonor, newPerson, settle, type Hamlet, type Home } from './hamlet.ts';
import { approve, askFor, lookAt, publish, reach, refused, thing, type Wish } from './needs.ts';
import { held, pledgeIs } from './pledges.ts';

/**
 * A household without an account: who wants to post for it asks its phone, and with its number and a code it sees what
 * stands there in its name, agrees, takes its word back, and withdraws.
 */

const VILLAGE = '360735100215';

const BLANKET = {
  title: '老人夜里缺一条毛毯',
  details: '老人怕冷，被子上再盖一件旧军大衣，压得翻不了身，想要一条轻一点的毛毯。',
  category: 'bedding',
  lines: [thing('毛毯', '条', 8_000)],
};
const SHOES = {
  title: '上山砍柴缺两双胶鞋',
  details: '上山砍柴穿的胶鞋底磨穿了，垫了纸板还是进水，想要两双四十码的解放鞋，两个人换着穿。',
  category: 'everyday-clothing',
  lines: [thing('解放鞋', '双', 3_500, 2)],
};

export async function showByNumber(deps: DemoDeps): Promise<string[]> {
  const hamlet = await settle(deps, VILLAGE, { homes: 2 });
  const [one, two] = hamlet.homes;
  if (one === undefined || two === undefined) throw new Error('no homes');
  const [why] = await Promise.all([agreeAndTakeBack(deps, hamlet, one), withdraw(deps, hamlet, two)]);
  return [
    'a friend asked a household by number and phone; its code was its consent, and a wrong phone was answered alike',
    `with number and code it read “${why}”, looked at its preview, agreed, and took its consent back: nobody sees it, and nobody posts with it again`,
    'another one saw that its need was claimed, and withdrew it by itself: the donor’s hold ended without a penalty',
    'it got a copy of all that is kept about it, heard by text message that its erasure was asked for on paper, and stopped it',
  ];
}

interface Preview {
  readonly revisionId: string;
  readonly approvedAt: string | null;
}

/** @returns why it waited, as the household read it */
async function agreeAndTakeBack(deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<string> {
  const { client } = deps;
  const friend = await newPerson(deps, { homeRegion: VILLAGE });
  const consentId = await askConsent(deps, friend, home);
  const consent = consentGiven('smsCode', consentId);
  const post = (wish: Wish) => askFor(deps, home, wish, { by: friend, relation: 'friend', consent });
  const needId = await post(BLANKET);
  await reach(deps, needId, friend, 'underReview');
  const household = await visit(deps, home);
  const why = await see(deps, household, needId);
  await approve(deps, hamlet, needId, friend);
  const path = `/v1/needs/${needId}`;
  const { approvedAt } = await client.get<Preview>(`${path}/preview`, household);
  must(approvedAt === null, 'its preview counts as approved although it has said nothing');
  await refused(
    'PREVIEW_OUTDATED',
    client.post('approve the preview', `${path}/consent`, household, { revisionId: consentId }),
  );
  await takeBack(deps, household, needId, BLANKET.title);
  await refused('NOT_FOUND', client.get(path, (await newDonor(deps, VILLAGE)).token), 404);
  await refused('CONSENT_UNKNOWN', post(SHOES), 422);
  return why;
}

/** Its phone gets a code; it tells it to whom it trusts. @returns the consent */
async function askConsent(deps: DemoDeps, friend: Person, { number, phone }: Home): Promise<string> {
  const { client } = deps;
  interface Asked {
    readonly id: string;
    readonly expiresIn: number;
  }
  const known = await knownTexts(deps, phone);
  const ask = (of: string) =>
    client.post<Asked>('ask consent', '/v1/consent-codes', friend.token, {
      ...{ number, phone: of, sensitive: true, guardian: false },
    });
  // The same answer, so that nobody finds out whose phone it is.
  const wrong = await ask('13700009978');
  const { id, expiresIn } = await ask(phone);
  must(wrong.id !== id && wrong.expiresIn === expiresIn, 'the answer tells whose phone it is');
  const { text } = await nextText(deps, known, /验证码\d{6}/, phone);
  const confirm = (consentId: string, code: string) =>
    client.post('give consent', `/v1/consents/${consentId}/confirm`, friend.token, { code });
  const code = /验证码(\d{6})/.exec(text)?.[1] ?? '';
  await refused('NOT_FOUND', confirm(wrong.id, code), 404);
  await confirm(id, code);
  return id;
}

interface Pledges {
  readonly items: readonly { readonly id: string }[];
}

/** What is only held goes back, and no donor is blamed. */
async function withdraw(deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<void> {
  const { client } = deps;
  const needId = await publish(deps, hamlet, home, SHOES);
  const gift = await held(deps, await newDonor(deps, VILLAGE), needId, 1);
  const household = await visit(deps, home);
  const path = `/v1/needs/${needId}`;
  const { items } = await client.get<Pledges>(`${path}/pledges`, household);
  must(items.length === 1 && items[0]?.id === gift.id, 'the household does not see what was pledged for it');
  await client.post('withdraw', `${path}/withdraw`, household, {});
  await pledgeIs(deps, gift, 'released');
  must((await lookAt(deps, needId, home.member)).stage === 'withdrawn', 'the need is not withdrawn');
  const record = await client.get<{ lapsed: number }>('/v1/my/donor-record', gift.donor.token);
  must(record.lapsed === 0, 'the donor is blamed for a hold that the household has ended');
  await copyAndStay(deps, home, household);
}

/** What is kept about it is its own: it has a copy, and nobody has it erased behind its back. */
async function copyAndStay(deps: DemoDeps, { id: householdId, phone }: Home, household: string): Promise<void> {
  const { client, people } = deps;
  interface Request {
    readonly id: string;
    readonly stage: string;
  }
  const asked = await client.post<Request>('ask for a copy', '/v1/my/data-exports', household, {});
  const path = `/v1/my/data-exports/${asked.id}`;
  await until(
    'the copy',
    () => client.get<Request>(path, household),
    ({ stage }) => stage === 'ready',
  );
  const copy = JSON.stringify(await client.get<object>(`${path}/archive`, household));
  must(copy.includes(phone) && copy.includes(SHOES.title), 'the household’s copy is not complete');
  const known = await knownTexts(deps, phone);
  const paper = { householdId, reason: '户主到场签字，原件存县里' };
  await client.post('enter an erasure', '/v1/operator/erasures', (await people.operator()).token, paper);
  await nextText(deps, known, /申请注销您家/, phone);
  await client.delete('stay', '/v1/my/erasure', household);
  const { stage } = await client.get<Request>('/v1/my/erasure', household);
  must(stage === 'cancelled', `its erasure is ${stage} although it said no`);
}
