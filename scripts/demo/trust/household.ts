import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { must, until } from '../waiting.ts';
import { HOUSEHOLD } from './place.ts';

/** What a household does by itself, with its number, its phone and no account: see, dispute, answer and withdraw. */

interface Texts {
  readonly items: readonly { readonly id: string; readonly kind: string; readonly text: string }[];
}

type Client = Pick<DemoDeps, 'client'>;

const textsOf = ({ client }: Client, phone: string): Promise<Texts> =>
  client.get<Texts>(`/v1/sandbox/sms?phone=${phone}`, null);

/** The first text message that came after those known and says this. */
export async function nextText(
  deps: Client,
  known: ReadonlySet<string>,
  says: RegExp,
  phone: string = HOUSEHOLD.phone,
): Promise<Texts['items'][number]> {
  const found = ({ items }: Texts) => items.find(({ id, text }) => !known.has(id) && says.test(text));
  const texts = await until(
    `a text message ${String(says)}`,
    () => textsOf(deps, phone),
    (now) => found(now) !== undefined,
  );
  return found(texts) ?? { id: '', kind: '', text: '' };
}

export const knownTexts = async (deps: Client, phone: string = HOUSEHOLD.phone): Promise<Set<string>> =>
  new Set((await textsOf(deps, phone)).items.map(({ id }) => id));

/** In by number and code. @returns the session's token */
export async function visit(
  deps: Client,
  { number, phone }: { readonly number: string; readonly phone: string } = HOUSEHOLD,
): Promise<string> {
  const { client } = deps;
  const known = await knownTexts(deps, phone);
  await client.post('ask for a code', '/v1/household-sessions/codes', null, { number, phone });
  const code = /\d{6}/.exec((await nextText(deps, known, /\d{6}/, phone)).text)?.[0] ?? '';
  const body = { number, phone, code };
  const session = await client.post<{ accessToken: string }>('household session', '/v1/household-sessions', null, body);
  return session.accessToken;
}

/** It sees what was posted for it, and why it waits. */
export async function see({ client }: DemoDeps, token: string, needId: string): Promise<string> {
  const { items } = await client.get<{ items: { id: string }[] }>('/v1/my/needs', token);
  must(
    items.some(({ id }) => id === needId),
    'the household does not see what was posted for it',
  );
  return (await client.get<{ text: string }>(`/v1/needs/${needId}/why-waiting`, token)).text;
}

/** A parcel did not bring what was promised: the household disputes, and the county rules. */
export async function dispute({ client, people }: DemoDeps, token: string, pledgeId: string): Promise<void> {
  const path = `/v1/pledges/${pledgeId}`;
  const stage = () => client.get<{ stage: string }>(path, token).then((pledge) => pledge.stage);
  const body = { reasonCode: 'notAsPromised', reason: '寄来的锅有一个缺口，和说好的不一样' };
  await client.post('household disputes', `${path}/dispute`, token, body);
  await until('the dispute', stage, (now) => now === 'disputed');
  const county = await people.cadre('county', HOUSEHOLD.village);
  const ruling = { reason: '已电话核实，补寄锅盖，按收到处理' };
  await client.post('rule', `${path}/rulings/received`, county.token, ruling);
  await until('the ruling', stage, (now) => now === 'received');
}

const say = ({ client }: DemoDeps, text: string): Promise<unknown> =>
  client.post('text message', '/v1/sandbox/sms', null, { phone: HOUSEHOLD.phone, text });

interface Timeline {
  readonly items: readonly { readonly type: string }[];
}

/** The question after receipt comes by text message, and is answered by one figure. */
export async function answerByText(
  deps: DemoDeps,
  before: ReadonlySet<string>,
  token: string,
  { id: needId, title }: { readonly id: string; readonly title: string },
): Promise<void> {
  await nextText(deps, before, new RegExp(`${title}.*第1次回访`));
  const known = await knownTexts(deps);
  await say(deps, '1');
  await nextText(deps, known, /已记下您的回答|正在办理/);
  const timeline = () => deps.client.get<Timeline>(`/v1/needs/${needId}/timeline`, token);
  await until('the answer', timeline, ({ items }) => items.some(({ type }) => type === 'outcomeAnswered'));
}

interface Preview {
  readonly revisionId: string;
  readonly need: { readonly title: string; readonly recipient: string; readonly photos: readonly object[] };
}

/** Photos of what is for a child are in no preview, until another cadre than the one who posted says there is none in them. */
export async function showNoChild(
  { client, people }: DemoDeps,
  token: string,
  poster: Person,
  needId: string,
): Promise<void> {
  const path = `/v1/needs/${needId}`;
  const shown = () => client.get<Preview>(`${path}/preview`, token).then(({ need }) => need.photos.length);
  must((await shown()) === 0, 'photos of what is for a child were shown before anybody looked');
  const { photos } = await client.get<{ photos: string[] }>(`${path}/full`, token);
  const cadre = await people.cadre('village', HOUSEHOLD.village, poster.key);
  const waiting = await client.get<Waiting>('/v1/work-list/added-photos?limit=100', cadre.token);
  must(
    waiting.items.some((row) => row.needId === needId),
    'hidden photos are in nobody’s work list',
  );
  await client.post('show photos', `${path}/photos/show`, cadre.token, { photos });
  must((await shown()) === photos.length, 'photos stay hidden after a cadre has looked');
  const left = await client.get<Waiting>('/v1/work-list/added-photos?limit=100', cadre.token);
  must(!left.items.some((row) => row.needId === needId), 'what a cadre has looked at waits on');
}

interface Waiting {
  readonly items: readonly { readonly needId: string }[];
}

/** What tells of health is shown to it by text message as strangers will see it, and it agrees by a second one. */
export async function agreeByText(deps: DemoDeps, secret: string): Promise<void> {
  let known = await knownTexts(deps);
  await say(deps, '同意公开');
  const { text } = await nextText(deps, known, /^外人将看到/);
  must(!text.includes(secret), 'the preview tells what strangers must not see');
  known = await knownTexts(deps);
  await say(deps, '确认公开');
  await nextText(deps, known, /^已记下：您家同意公开/);
}

/** It looks at what the public sees of it and agrees, then takes its consent back: nobody sees it any more. */
export async function takeBack({ client }: DemoDeps, token: string, needId: string, title: string): Promise<void> {
  const path = `/v1/needs/${needId}`;
  const { revisionId, need } = await client.get<Preview>(`${path}/preview`, token);
  must(need.title === title && need.recipient.endsWith('**'), 'the preview is not what the public sees');
  await client.post('approve the preview', `${path}/consent`, token, { revisionId });
  await client.post('take the consent back', `${path}/consent/revoke`, token);
  const stage = () => client.get<{ stage: string }>(`${path}/full`, token).then((now) => now.stage);
  await until('the end of the need', stage, (now) => now === 'withdrawn');
  const { items } = await client.get<{ items: { type: string }[] }>(`${path}/timeline`, token);
  must(
    items.some(({ type }) => type === 'consentRevoked'),
    'the consent taken back is not told',
  );
}

/** Two words withdraw a need: the first asks, the second confirms. */
export async function withdrawByText(deps: DemoDeps, token: string, needId: string, title: string): Promise<void> {
  const known = await knownTexts(deps);
  await say(deps, '撤回');
  must((await nextText(deps, known, /^要撤回求助/)).text.includes(title), 'the wrong need would be withdrawn');
  await say(deps, '确认撤回');
  const stage = () => deps.client.get<{ stage: string }>(`/v1/needs/${needId}/full`, token).then((need) => need.stage);
  await until('the withdrawal', stage, (now) => now === 'withdrawn');
}

interface Appeal {
  readonly stage: string;
  readonly about: string;
}

/** It appeals against its own score like anybody with an account, and then leaves it at that. */
export async function appealScore({ client }: DemoDeps, token: string): Promise<void> {
  const body = { about: 'score', kind: 'unfair', text: '这一分是怎么来的，请帮忙核实一下。' };
  const { id } = await client.post<{ id: string }>('household appeals', '/v1/complaints', token, body);
  const read = () => client.get<Appeal>(`/v1/complaints/${id}`, token);
  await until('the appeal to be handled', read, ({ stage }) => stage === 'handling');
  await client.post('withdraw the appeal', `/v1/complaints/${id}/withdraw`, token);
  await until('the appeal taken back', read, ({ stage }) => stage === 'withdrawn');
}
