import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import type { TencentSmsConfig } from '../../config.ts';
import { SmsRefused, type OutgoingSms, type SmsProvider } from './port.ts';

/**
 * Tencent Cloud SMS, action SendSms of the API version 2021-01-11, signed with TC3-HMAC-SHA256. Texts are not free
 * there: a message names an approved template and fills its variables.
 */

const VERSION = '2021-01-11';
const REGION = 'ap-guangzhou';
const SERVICE = 'sms';
const LIMIT_MS = 10_000;

const answer = z.object({
  Response: z.object({
    Error: z.object({ Code: z.string() }).optional(),
    SendStatusSet: z.array(z.object({ SerialNo: z.string(), Code: z.string() })).optional(),
  }),
});

/** Codes that no second try changes: about the number itself, not about the moment. */
const PERMANENT = [
  'FailedOperation.PhoneNumberInBlacklist',
  'InvalidParameterValue.IncorrectPhoneNumber',
  'FailedOperation.ContainSensitiveWord',
  'UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber',
];

export function createTencentSms(config: TencentSmsConfig, now: () => number = Date.now): SmsProvider {
  return {
    name: 'tencent',
    async send(message) {
      const body = JSON.stringify(requestOf(config, message));
      const response = await fetch(config.endpoint, {
        method: 'POST',
        headers: signedHeaders(config, body, Math.floor(now() / 1000)),
        body,
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      if (!response.ok) throw new SmsRefused(`HTTP_${response.status}`, false);
      const { Response: said } = answer.parse(await response.json());
      const [status] = said.SendStatusSet ?? [];
      const code = said.Error?.Code ?? status?.Code ?? 'NO_STATUS';
      if (code !== 'Ok' || status === undefined) throw new SmsRefused(code, PERMANENT.includes(code));
      return { providerId: status.SerialNo };
    },
  };
}

const requestOf = ({ appId, sign, templates }: TencentSmsConfig, { id, phone, kind, params }: OutgoingSms) => ({
  PhoneNumberSet: [`+86${phone}`],
  SmsSdkAppId: appId,
  SignName: sign,
  TemplateId: templates[kind],
  TemplateParamSet: params,
  // Comes back in delivery reports.
  SessionContext: id,
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The headers of a signed request; `at` in seconds. Exported for the test, which checks them as the provider would. */
export function signedHeaders(
  { endpoint, secretId, secretKey }: TencentSmsConfig,
  body: string,
  at: number,
): Record<string, string> {
  const { host } = new URL(endpoint);
  const date = new Date(at * 1000).toISOString().slice(0, 10);
  const contentType = 'application/json; charset=utf-8';
  const signed = 'content-type;host;x-tc-action';
  const canonical = `POST\n/\n\ncontent-type:${contentType}\nhost:${host}\nx-tc-action:sendsms\n\n${signed}\n${sha256(body)}`;
  const scope = `${date}/${SERVICE}/tc3_request`;
  const toSign = `TC3-HMAC-SHA256\n${at}\n${scope}\n${sha256(canonical)}`;
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), SERVICE), 'tc3_request');
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return {
    'Content-Type': contentType,
    'X-TC-Action': 'SendSms',
    'X-TC-Version': VERSION,
    'X-TC-Region': REGION,
    'X-TC-Timestamp': String(at),
    Authorization: `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}
