import { randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { fieldProblem, problem } from '../contracts/problems.ts';
import type { OneTimeCodeRecord } from '../models/one-time-code.ts';
import { newSms } from '../models/sms.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiServices } from './services.ts';

export type CodePurpose = 'signIn' | 'household' | 'consent';

export interface CodeRequest {
  readonly purpose: CodePurpose;
  /** What the code is for: a phone, a household number with its phone, a consent. Kept as a keyed hash. */
  readonly subject: string;
  readonly phone: string;
  /** The record that the right code opens. Null: there is none; the same happens, and nothing is sent. */
  readonly opens: string | null;
  /** What stands before the code. */
  readonly text: (code: string, minutes: number) => string;
}

const idOf = ({ crypto }: ApiDeps, { purpose, subject }: Pick<CodeRequest, 'purpose' | 'subject'>): string =>
  `${purpose}:${crypto.derive.mac('oneTimeCode', subject)}`;

const macOf = ({ crypto }: ApiDeps, { _id, issuedAt }: Pick<OneTimeCodeRecord, '_id' | 'issuedAt'>, code: string) =>
  crypto.derive.mac('oneTimeCode', `${_id}\n${issuedAt.getTime()}\n${code}`);

/**
 * Sends a code by text message. Whoever asks gets the same answer after the same work, whether the phone is known or not.
 * @returns for how many seconds it is good
 * @throws Problem SMS_OFF, TOO_MANY_REQUESTS (per phone, known or not)
 */
export async function sendCode(
  deps: ApiDeps,
  { limits }: Pick<ApiServices, 'limits'>,
  request: CodeRequest,
): Promise<number> {
  const { models, crypto, jobs } = deps;
  if (deps.config.sms.provider === 'off') throw problem('SMS_OFF');
  await limits.mayAskCode(crypto.index.of('phone', request.phone));
  const now = deps.now();
  const { codeMinutes, codeTries } = deps.reference.currentPolicy(now).sms;
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const place = { _id: idOf(deps, request), issuedAt: new Date(now) };
  await models.codes.issue({
    ...place,
    mac: macOf(deps, place, code),
    triesLeft: codeTries,
    expiresAt: new Date(now + codeMinutes * 60_000),
    opens: request.opens,
  });
  const sms = newSms(crypto, {
    id: `code-${uuidv7()}`,
    kind: 'code',
    template: `code.${request.purpose}`,
    phone: request.phone,
    text: request.text(code, codeMinutes),
    params: [code, String(codeMinutes)],
    now,
  });
  const unknown = { ...sms, status: 'dropped' as const, failure: 'UNKNOWN_PHONE' };
  await models.sms.add(request.opens === null ? unknown : sms);
  await jobs.sendSms(sms._id);
  return codeMinutes * 60;
}

/**
 * What the right code opens; it is used up with that.
 * @throws Problem CODE_WRONG for a wrong, used, expired or never sent one, and after too many tries: all the same
 */
export async function openWithCode(
  deps: ApiDeps,
  { code, ...request }: Pick<CodeRequest, 'purpose' | 'subject'> & { readonly code: string },
): Promise<string> {
  const { codes } = deps.models;
  const record = await codes.try(idOf(deps, request), new Date(deps.now()));
  const right = record !== null && macOf(deps, record, code) === record.mac && (await codes.use(record));
  if (!right || record.opens === null) throw fieldProblem('CODE_WRONG', '/body/code', 'wrong, used or expired');
  return record.opens;
}

export const signInText = (code: string, minutes: number): string =>
  `登录验证码${code}，${minutes}分钟内有效。工作人员不会向您索要，请勿告诉他人。`;

export const householdText = (code: string, minutes: number): string =>
  `查询您家求助的验证码${code}，${minutes}分钟内有效，请勿告诉他人。`;
