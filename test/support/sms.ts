import { randomUUID } from 'node:crypto';
import { createSandboxMailbox, createSmsSender } from '../../activities/send-sms.ts';
import { createSmsProvider } from '../../infra/providers/sms/index.ts';
import { signCallback } from '../../infra/providers/callback.ts';
import type { Answer, TestApi } from './api.ts';

/** Sends what waits, as the jobs worker would. */
export async function deliverSms({ deps }: TestApi): Promise<void> {
  const { models, crypto, config } = deps;
  const provider = createSmsProvider(config.sms, createSandboxMailbox(models.db, crypto, deps.now));
  const report = () => Promise.resolve();
  const rules = (now: number) => deps.reference.currentPolicy(now).sms;
  const send = createSmsSender({ db: models.db, crypto, provider, report, rules, now: deps.now });
  const waiting = await models.sms.messages.find({ status: 'waiting' }).sort({ at: 1 }).toArray();
  for (const { _id } of waiting) await send(_id, true);
}

/** What a phone has got, newest first, once everything that waits is delivered. */
export async function textsOf(api: TestApi, phone: string): Promise<string[]> {
  await deliverSms(api);
  const answer = await api.call('GET', `/v1/sandbox/sms?phone=${phone}`);
  return (answer.body as { items: { text: string }[] }).items.map(({ text }) => text);
}

/** The six digits of the latest message. */
export async function codeFor(api: TestApi, phone: string): Promise<string> {
  const [text = ''] = await textsOf(api, phone);
  return /\d{6}/.exec(text)?.[0] ?? '';
}

export interface Texted {
  readonly id?: string;
  readonly secret?: string;
}

/** A text from a phone, as the provider passes it on. */
export function text(
  api: TestApi,
  phone: string,
  words: string,
  { id = randomUUID(), secret }: Texted = {},
): Promise<Answer> {
  const at = api.deps.now();
  const body = JSON.stringify({ id, phone, text: words, at: new Date(at).toISOString() });
  const timestamp = String(Math.floor(at / 1000));
  const signature = signCallback(secret ?? api.deps.config.sms.callbackSecrets[0] ?? '', { id, timestamp, body });
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  return api.call('POST', '/v1/sms/inbound', { body, headers, key: null });
}
