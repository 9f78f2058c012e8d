import { z } from 'zod';
import { phone } from './account.ts';
import { instant } from './common.ts';

export const sandboxQuery = z.strictObject({ phone });
export const sandboxBody = z.strictObject({ phone, text: z.string().max(500) }).meta({ id: 'SandboxText' });
export const sandboxSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(['code', 'notice']),
        text: z.string(),
        at: instant,
      }),
    ),
  })
  .meta({ id: 'SandboxSms' });

/** How a provider signs what it calls us with: Standard Webhooks. A call without them is as good as a forged one. */
export const callbackHeaders = z.object({
  'webhook-id': z.string().max(100).default('').meta({ description: 'The same at every repeat of one call' }),
  'webhook-timestamp': z.string().max(20).default('').meta({ description: 'Seconds since 1970' }),
  'webhook-signature': z.string().max(1000).default('').meta({
    description: '`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; several separated by spaces',
  }),
});

const messageId = z.string().regex(/^[\w.:-]{1,80}$/);

export const inboundBody = z
  .strictObject({
    id: messageId.meta({ description: 'The provider’s number of the message; a repeat changes nothing' }),
    phone,
    text: z.string().max(500),
    at: instant,
  })
  .meta({ id: 'InboundSms' });

export const reportBody = z
  .strictObject({
    smsId: messageId.meta({ description: 'Our id of the message, as it was given to the provider' }),
    delivered: z.boolean(),
    code: z.string().max(60).optional().meta({ description: 'Why it was not delivered' }),
  })
  .meta({ id: 'SmsReport' });

export const callbackDone = z.strictObject({ status: z.enum(['handled', 'ignored']) }).meta({ id: 'CallbackDone' });

export const preferenceBody = z
  .strictObject({
    wanted: z.enum(['all', 'urgent', 'none']).meta({
      description: 'urgent: only what has a deadline or waits at the village point; codes come in any case',
    }),
  })
  .meta({ id: 'SmsPreference' });
