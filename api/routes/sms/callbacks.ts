import type { z } from 'zod';
import { callbackDone, callbackHeaders, inboundBody, reportBody } from '../../../contracts/http/sms.ts';
import { problem } from '../../../contracts/problems.ts';
import { isSignedCallback } from '../../../infra/providers/callback.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute } from '../../route.ts';
import { checkedPhone } from '../account/checks.ts';
import { handleInbound } from './inbound.ts';

interface Called {
  readonly deps: ApiDeps;
  readonly headers: z.output<typeof callbackHeaders>;
  readonly rawBody: Buffer;
}

/** Only the provider may say what came from a phone. @throws Problem CALLBACK_SIGNATURE_WRONG */
function assertSigned({ deps, headers, rawBody }: Called): void {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
  const callback = { id, timestamp, body: rawBody };
  if (!isSignedCallback(deps.config.sms.callbackSecrets, callback, signature, deps.now())) {
    throw problem('CALLBACK_SIGNATURE_WRONG');
  }
}

export const receiveSms = defineRoute({
  method: 'post',
  path: '/v1/sms/inbound',
  operationId: 'receiveSms',
  summary: 'For the SMS provider: a text has come from a phone',
  tags: ['Text messages'],
  access: { public: true },
  rawBody: true,
  idempotency: { none: 'The message’s own number makes a repeat harmless.' },
  request: { headers: callbackHeaders, body: inboundBody },
  responses: { 200: callbackDone },
  problems: ['CALLBACK_SIGNATURE_WRONG', 'PHONE_INVALID'],
  async handler(ctx) {
    assertSigned(ctx);
    const { deps, body, services, requestId } = ctx;
    const phone = checkedPhone(body.phone);
    const sms = { id: body.id, phone, text: body.text, at: new Date(body.at) };
    const handled = await handleInbound({ deps, services, requestId }, sms);
    return { status: 200, body: { status: handled ? 'handled' : 'ignored' } };
  },
});

export const receiveReport = defineRoute({
  method: 'post',
  path: '/v1/sms/reports',
  operationId: 'receiveSmsReport',
  summary: 'For the SMS provider: whether a message has reached its phone',
  tags: ['Text messages'],
  access: { public: true },
  rawBody: true,
  idempotency: { none: 'A second report of the same message changes nothing.' },
  request: { headers: callbackHeaders, body: reportBody },
  responses: { 200: callbackDone },
  problems: ['CALLBACK_SIGNATURE_WRONG'],
  async handler(ctx) {
    assertSigned(ctx);
    const { smsId, delivered, code } = ctx.body;
    const { models, jobs } = ctx.deps;
    const known = !delivered && (await models.sms.undelivered(smsId, codeOf(code), new Date(ctx.now)));
    // The jobs worker reports it: a finding is a case, and those are begun there. When Redis is away, the sweeper asks for it.
    if (known) await jobs.reportSms(smsId);
    return { status: 200, body: { status: known ? 'handled' : 'ignored' } };
  },
});

/** What a provider calls it, as far as it is a code at all. */
const codeOf = (code: string | undefined): string =>
  code !== undefined && /^[\w.-]+$/.test(code) ? code : 'UNDELIVERED';
