import { z } from 'zod';

/** Who sends text messages: a part of infra/config.ts. */

/** `sandbox` keeps every message for developers, `off` sends none, the rest are providers of text messages. */
const SMS_PROVIDERS = ['sandbox', 'off', 'tencent'] as const;
/** Without these a real provider can neither be called nor believed. */
const TENCENT_NAMES = [
  'SMS_CALLBACK_SECRET',
  'SMS_TENCENT_SECRET_ID',
  'SMS_TENCENT_SECRET_KEY',
  'SMS_TENCENT_APP_ID',
  'SMS_TENCENT_SIGN',
  'SMS_TENCENT_CODE_TEMPLATE',
  'SMS_TENCENT_NOTICE_TEMPLATE',
] as const;
/** Public like the development keys, so production has to give its own. */
export const DEVELOPMENT_SMS_SECRET = 'bangfu development sms callback';

const given = z.string().trim().min(1);

export const smsEnvironment = {
  SMS_PROVIDER: z.enum(SMS_PROVIDERS).optional(),
  SMS_CALLBACK_SECRET: given.optional(),
  SMS_TENCENT_SECRET_ID: given.optional(),
  SMS_TENCENT_SECRET_KEY: given.optional(),
  SMS_TENCENT_APP_ID: given.optional(),
  SMS_TENCENT_SIGN: given.optional(),
  SMS_TENCENT_CODE_TEMPLATE: given.optional(),
  SMS_TENCENT_NOTICE_TEMPLATE: given.optional(),
  SMS_TENCENT_ENDPOINT: given
    .refine((value) => /^https?:\/\//.test(value), { message: 'must begin with https:// or http://' })
    .default('https://sms.tencentcloudapi.com'),
};
type Values = z.output<z.ZodObject<typeof smsEnvironment>>;

export interface SmsConfig {
  provider: (typeof SMS_PROVIDERS)[number];
  /** Any of them signs what the provider calls us with; several while one is being replaced. */
  callbackSecrets: readonly string[];
  /** Set when the provider is `tencent`. */
  tencent?: TencentSmsConfig;
}

export interface TencentSmsConfig {
  endpoint: string;
  secretId: string;
  secretKey: string;
  appId: string;
  /** The approved signature that stands before every text. */
  sign: string;
  /** Ids of the approved templates: a code with its minutes, a notice with its text. */
  templates: { code: string; notice: string };
}

/** The sandbox shows messages and codes to whoever asks, and its secret is public. */
export function smsInProduction({ SMS_PROVIDER, SMS_CALLBACK_SECRET }: Values): string[] {
  const faults = SMS_PROVIDER === 'sandbox' ? ['SMS_PROVIDER: production refuses the sandbox'] : [];
  const known = SMS_CALLBACK_SECRET?.split(',').some((secret) => secret.trim() === DEVELOPMENT_SMS_SECRET);
  return known === true
    ? [...faults, 'SMS_CALLBACK_SECRET: holds the public development secret, which production refuses']
    : faults;
}

/** What a real provider needs and has not got. */
export const smsFaults = (values: Values): string[] =>
  values.SMS_PROVIDER === 'tencent'
    ? TENCENT_NAMES.filter((name) => values[name] === undefined).map((name) => `${name}: SMS_PROVIDER=tencent needs it`)
    : [];

export function smsConfig(values: Values): SmsConfig {
  const { SMS_PROVIDER: provider = 'sandbox', SMS_CALLBACK_SECRET: secrets } = values;
  const callbackSecrets =
    secrets?.split(',').map((secret) => secret.trim()) ?? (provider === 'sandbox' ? [DEVELOPMENT_SMS_SECRET] : []);
  if (provider !== 'tencent') return { provider, callbackSecrets };
  return {
    provider,
    callbackSecrets,
    tencent: {
      endpoint: values.SMS_TENCENT_ENDPOINT,
      secretId: values.SMS_TENCENT_SECRET_ID ?? '',
      secretKey: values.SMS_TENCENT_SECRET_KEY ?? '',
      appId: values.SMS_TENCENT_APP_ID ?? '',
      sign: values.SMS_TENCENT_SIGN ?? '',
      templates: {
        code: values.SMS_TENCENT_CODE_TEMPLATE ?? '',
        notice: values.SMS_TENCENT_NOTICE_TEMPLATE ?? '',
      },
    },
  };
}
