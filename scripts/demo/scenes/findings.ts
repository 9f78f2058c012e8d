import { randomUUID } from 'node:crypto';
import { loadConfig } from '../../../infra/config.ts';
import { signCallback } from '../../../infra/providers/callback.ts';
import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { knownTexts, nextText } from '../trust/household.ts';
import { must, until } from '../waiting.ts';
import { appoint, dismiss, newPerson, settle, type Home } from './hamlet.ts';
import { refused } from './needs.ts';

/** A text message does not arrive: its provider says so, and that is a finding, which somebody owns until it is settled. */

const VILLAGE = '360735100219';

export async function showFindings(deps: DemoDeps): Promise<string[]> {
  const { homes } = await settle(deps, VILLAGE, { cadres: 0, homes: 1 });
  const [home] = homes;
  if (home === undefined) throw new Error('no homes');
  const smsId = await textTo(deps, home);
  await say(deps, home);
  await refused('CALLBACK_SIGNATURE_WRONG', report(deps, smsId, 'a secret that nobody gave'), 401);
  await report(deps, smsId);
  const events = await settleFinding(deps, smsId);
  return [
    'a text from a phone came by the provider’s signed call, and was answered once although it came twice',
    'a text that did not arrive was reported by the provider (a forged call was refused)',
    `it became a finding: taken, let go, given to a colleague, and settled by nobody but its owner (${events} events)`,
  ];
}

/** @returns our id of a message that its phone was sent */
async function textTo(deps: DemoDeps, { number, phone }: Home): Promise<string> {
  await deps.client.post('ask for a code', '/v1/household-sessions/codes', null, { number, phone });
  return (await nextText(deps, new Set(), /\d{6}/, phone)).id;
}

/** As a provider calls: signed with the secret that he has been given. */
function called<T>({ client }: DemoDeps, path: string, message: object, id: string, secret?: string): Promise<T> {
  const [ours = ''] = loadConfig().sms.callbackSecrets;
  const body = JSON.stringify(message);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = signCallback(secret ?? ours, { id, timestamp, body });
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  return client.callback<T>('provider calls', path, body, headers);
}

interface Done {
  readonly status: string;
}

async function report(deps: DemoDeps, smsId: string, secret?: string): Promise<void> {
  const message = { smsId, delivered: false, code: 'PHONE_OFF' };
  const { status } = await called<Done>(deps, '/v1/sms/reports', message, randomUUID(), secret);
  must(status === 'handled', `a report about a message that we have sent was ${status}`);
}

/** The household asks how its needs stand; the provider calls twice, as after a lost answer. */
async function say(deps: DemoDeps, { phone }: Home): Promise<void> {
  const known = await knownTexts(deps, phone);
  const message = { id: randomUUID(), phone, text: '进度', at: new Date().toISOString() };
  const call = () => called<Done>(deps, '/v1/sms/inbound', message, message.id);
  const [first, again] = [await call(), await call()];
  must(first.status === 'handled' && again.status === 'ignored', `${first.status}, and the same again ${again.status}`);
  await nextText(deps, known, /没有进行中的求助/, phone);
}

interface Finding {
  readonly id: string;
  readonly caseId: string;
  readonly stage: string;
  readonly ownerId: string | null;
  readonly outcome: string | null;
  readonly timeline: readonly object[];
}
interface Findings {
  readonly items: readonly Finding[];
}

/** @returns how many events tell of it */
async function settleFinding(deps: DemoDeps, smsId: string): Promise<number> {
  const { client, people } = deps;
  const operator = await people.operator();
  const { person: colleague, grantId } = await appoint(deps, await newPerson(deps), { role: 'operator' });
  const ofMessage = ({ items }: Findings) => items.find(({ caseId }) => caseId === smsId);
  const open = () => client.get<Findings>('/v1/operator/findings?kind=smsFailed&stage=open&limit=100', operator.token);
  const { id } = ofMessage(await until('the finding', open, (seen) => ofMessage(seen) !== undefined)) ?? { id: '' };
  const path = `/v1/operator/findings/${id}`;
  const act = (by: Person, action: string, body?: object) => client.post(action, `${path}/${action}`, by.token, body);
  const ownedBy = (owner: Person | null, stage: string) =>
    until(
      `a finding to be ${stage}`,
      () => client.get<Finding>(path, operator.token),
      (seen) => seen.stage === stage && seen.ownerId === (owner?.id ?? null),
    );
  const end = { outcome: 'fixed', reason: '已电话联系本人，手机已开机' };
  await act(operator, 'take');
  await ownedBy(operator, 'taken');
  await refused('ASSIGNED_TO_ANOTHER', act(colleague, 'settle', end), 403);
  await act(operator, 'let-go');
  await ownedBy(null, 'open');
  await act(operator, 'assign', { accountId: colleague.id, reason: '由负责短信的同事办理' });
  await ownedBy(colleague, 'taken');
  await act(colleague, 'settle', end);
  const { outcome, timeline } = await until(
    'the end of the finding',
    () => client.get<Finding>(path, operator.token),
    ({ stage }) => stage === 'settled',
  );
  must(outcome === end.outcome && timeline.length >= 5, `the finding ended as ${outcome ?? 'nothing'}`);
  await dismiss(deps, colleague, grantId);
  return timeline.length;
}
