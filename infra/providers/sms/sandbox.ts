import type { OutgoingSms, SmsProvider } from './port.ts';

/** Where the sandbox keeps what it was given, instead of sending it. */
export type Mailbox = (message: OutgoingSms) => Promise<void>;

/** Takes every message and sends none: developers read them at `GET /v1/sandbox/sms`. */
export const createSandboxSms = (keep: Mailbox): SmsProvider => ({
  name: 'sandbox',
  async send(message) {
    await keep(message);
    return { providerId: `sandbox-${message.id}` };
  },
});
