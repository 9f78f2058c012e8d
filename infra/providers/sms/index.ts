import type { SmsConfig } from '../../config.ts';
import type { SmsProvider } from './port.ts';
import { createSandboxSms, type Mailbox } from './sandbox.ts';
import { createTencentSms } from './tencent.ts';

export { SmsRefused, type OutgoingSms, type SmsProvider, type SmsReceipt } from './port.ts';

/** The provider of the configuration; null where text messages are switched off. */
export function createSmsProvider(config: SmsConfig, mailbox: Mailbox): SmsProvider | null {
  if (config.provider === 'sandbox') return createSandboxSms(mailbox);
  return config.tencent === undefined ? null : createTencentSms(config.tencent);
}
