import type { DemoDeps } from '../need-run.ts';
import { uploadPhoto } from '../posting.ts';
import { must, until } from '../waiting.ts';
import { appoint, newPerson, settle, type Hamlet, type Home } from './hamlet.ts';
import { discard, publish, refused, thing } from './needs.ts';

/** What people do for themselves: signing in, their messages, their household in the register, and looking things up. */

const VILLAGE = '360735100211';

const RAINCOAT = {
  title: '雨天干活缺一件雨衣',
  details: '下雨天也要去放牛割草，原来的雨衣破了好几个口子，里面的衣服总是湿的，想要一件新雨衣。',
  category: 'everyday-clothing',
  lines: [thing('雨衣', '件', 4_000)],
};

export async function showOwnAffairs(deps: DemoDeps): Promise<string[]> {
  const hamlet = await settle(deps, VILLAGE, { homes: 1 });
  const [home] = hamlet.homes;
  if (home === undefined) throw new Error('no homes');
  const [lists] = await Promise.all([
    lookUp(deps),
    comeAndGo(deps),
    keepRegister(deps, hamlet, home),
    followAndRead(deps, hamlet, home),
  ]);
  return [
    'signed in by a code, the session prolonged, and signed out',
    'a household was found by its member with the head’s papers; a cadre read it for a stated purpose, its helper and address were set',
    'a need followed and unfollowed, its photos seen, the inbox read, text messages limited to what is urgent',
    `${lists} public lists answered anybody`,
  ];
}

interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
}
interface Texts {
  readonly items: readonly { readonly text: string }[];
}

/** By code instead of a password; a refresh token is good once. */
async function comeAndGo(deps: DemoDeps): Promise<void> {
  const { client } = deps;
  const { key: phone } = await newPerson(deps);
  await client.post('ask for a code', '/v1/sessions/codes', null, { phone });
  const { items } = await until(
    'the code to sign in',
    () => client.get<Texts>(`/v1/sandbox/sms?phone=${phone}`, null),
    (texts) => texts.items.some(({ text }) => /\d{6}/.test(text)),
  );
  const code = /\d{6}/.exec(items[0]?.text ?? '')?.[0] ?? '';
  const first = await client.post<Session>('sign in', '/v1/sessions/by-code', null, { phone, code });
  const { refreshToken } = first;
  const next = await client.post<Session>('refresh', '/v1/sessions/refresh', null, { refreshToken });
  await client.put('set home', '/v1/me/home-region', next.accessToken, { homeRegion: VILLAGE });
  await client.post('check name', '/v1/me/real-name-checks', next.accessToken);
  await client.delete('sign out', '/v1/sessions/current', next.accessToken);
  await refused('SESSION_ENDED', client.get('/v1/me', next.accessToken));
}

/** What staff do with a household's record, each look with its purpose. */
async function keepRegister(deps: DemoDeps, { cadres }: Hamlet, { id, number }: Home): Promise<void> {
  const { client, people } = deps;
  const [cadre] = cadres;
  if (cadre === undefined) throw new Error('the hamlet has no cadre');
  const township = await people.cadre('township', VILLAGE);
  const path = `/v1/households/${id}`;
  await client.get(path, cadre.token);
  await refused('INVALID_REQUEST', client.get(`${path}/personal`, cadre.token));
  const { head } = await client.get<{ head: { idNumber: string } }>(`${path}/personal?purpose=review`, cadre.token);
  must(head.idNumber.includes('****'), 'a cadre sees the whole ID number');
  const office = { role: 'helper', regionCode: VILLAGE.slice(0, 6) };
  const { person: helper } = await appoint(deps, await newPerson(deps), office);
  await client.put('assign helper', `${path}/helper`, township.token, { accountId: helper.id });
  await client.put('set address', `${path}/address`, cadre.token, { address: '三组12号' });
  interface Page {
    readonly items: readonly { readonly id: string }[];
  }
  const own = await client.get<Page>(`/v1/households?number=${number}`, helper.token);
  must(own.items[0]?.id === id, 'the helper does not find the household that he looks after');
  const { token } = await people.operator();
  await client.get('/v1/household-imports', token);
  await client.get(`/v1/regions/${VILLAGE}/score`, cadre.token);
  await client.get(`/v1/regions/${VILLAGE}/score-entries`, cadre.token);
  const known = await client.post<{ id: string }>('look up', '/v1/accounts/lookup', token, { phone: helper.key });
  must(known.id === helper.id, 'an account is not found by its phone');
  await client.get(`/v1/accounts/${helper.id}`, token);
}

/** One who lives nearby follows a need; what comes of it stands in his inbox. */
async function followAndRead(deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<void> {
  const { client } = deps;
  const reader = await newPerson(deps, { homeRegion: VILLAGE });
  const draft = await client.post<{ id: string }>('draft', '/v1/needs', home.member.token, {
    ...{ householdId: home.id, relation: 'self', urgency: 'low', ...RAINCOAT, title: '还没有想好的标题' },
    photos: [await uploadPhoto(client, home.member, `${home.id} draft`)],
  });
  await discard(deps, draft.id, home.member);
  const needId = await publish(deps, hamlet, home, RAINCOAT);
  const path = `/v1/needs/${needId}`;
  const { photos } = await client.get<{ photos: { image: string; thumbnail: string }[] }>(path, reader.token);
  for (const { image, thumbnail } of photos) {
    for (const address of [image, thumbnail])
      must((await client.file(address, reader.token)).bytes.length > 500, 'no picture');
  }
  await client.put('follow', `${path}/follow`, reader.token);
  interface Page {
    readonly items: readonly { readonly id: string }[];
  }
  const followed = () => client.get<Page>('/v1/my/followed-needs', reader.token);
  must((await followed()).items[0]?.id === needId, 'a followed need is not among those');
  const text = '邻居先借了一件旧的，还是想要一件新的。';
  await client.post('news', `${path}/news`, home.member.token, { text });
  await client.get(`${path}/news`, reader.token);
  await client.get(`${path}/endorsements`, reader.token);
  const inbox = () => client.get<Page>('/v1/inbox?unread=true', reader.token);
  const { items } = await until('news in the inbox', inbox, (page) => page.items.length > 0);
  const read = { ids: items.map(({ id }) => id) };
  const { marked } = await client.post<{ marked: number }>('read messages', '/v1/inbox/read', reader.token, read);
  must(marked === items.length, `${marked} messages were marked as read`);
  await client.delete('unfollow', `${path}/follow`, reader.token);
  must((await followed()).items.length === 0, 'what is not followed any more is still among those');
  await client.put('limit texts', '/v1/my/sms-preference', home.member.token, { wanted: 'urgent' });
  const { wanted } = await client.get<{ wanted: string }>('/v1/my/sms-preference', home.member.token);
  must(wanted === 'urgent', `text messages are ${wanted}`);
}

const PUBLIC = [
  '/v1/meta',
  '/v1/reason-codes',
  '/v1/categories',
  '/v1/regions?parent=360735100',
  '/v1/regions/360735100211',
  '/v1/offers',
  '/v1/needs?region=360735&q=棉被',
];

async function lookUp({ client }: DemoDeps): Promise<number> {
  await Promise.all(PUBLIC.map((path) => client.get(encodeURI(path), null)));
  return PUBLIC.length;
}
