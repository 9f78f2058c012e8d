import { callbackDone, sandboxBody, sandboxQuery, sandboxSchema } from '../../../contracts/http/sms.ts';
import { sandboxSmsPlace } from '../../../models/sms.ts';
import { defineRoute } from '../../route.ts';
import { checkedPhone } from '../account/checks.ts';
import { handleInbound } from './inbound.ts';

interface Kept {
  readonly kind: 'code' | 'notice';
  readonly text: string;
}

export const readSandboxSms = defineRoute({
  method: 'get',
  path: '/v1/sandbox/sms',
  operationId: 'readSandboxSms',
  summary: 'For developers: what a phone has been sent, newest first; production has no such route',
  tags: ['Sandbox'],
  access: { public: true },
  absentInProduction: true,
  request: { query: sandboxQuery },
  responses: { 200: sandboxSchema },
  problems: ['PHONE_INVALID'],
  async handler({ deps, query }) {
    const marks = deps.crypto.index.candidates('phone', checkedPhone(query.phone, '/query/phone'));
    const rows = await deps.models.sms.inSandbox(marks, 50);
    const items = rows.map((row) => {
      const { kind, text } = deps.crypto.fields.open<Kept>(sandboxSmsPlace(row._id), row.sealed);
      return { id: row._id, kind, text, at: row.at.toISOString() };
    });
    return { status: 200, body: { items } };
  },
});

export const sendSandboxSms = defineRoute({
  method: 'post',
  path: '/v1/sandbox/sms',
  operationId: 'sendSandboxSms',
  summary: 'For developers: text from a phone as its owner would; production has no such route',
  description: 'What a provider passes on to /v1/sms/inbound, without its signature.',
  tags: ['Sandbox'],
  access: { public: true },
  absentInProduction: true,
  idempotency: { none: 'Each call is a message of its own.' },
  request: { body: sandboxBody },
  responses: { 200: callbackDone },
  problems: ['PHONE_INVALID'],
  async handler({ deps, services, body, requestId, newId, now }) {
    const sms = { id: newId('text'), phone: checkedPhone(body.phone), text: body.text, at: new Date(now) };
    const handled = await handleInbound({ deps, services, requestId }, sms);
    return { status: 200, body: { status: handled ? 'handled' : 'ignored' } };
  },
});
