import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import {
  askConsent,
  askConsentByNumber,
  consentAskedSchema,
  consentSchema,
  giveConsent,
} from '../../../contracts/http/one-time-code.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import type { Instant } from '../../../domain/kernel/types.ts';
import { maskPhone } from '../../../domain/people/masking.ts';
import { addDays } from '../../../domain/time/calendar.ts';
import type { AccountRecord } from '../../../models/account.ts';
import type { SmsConsentRecord } from '../../../models/one-time-code.ts';
import type { HouseholdRecord } from '../../../models/household.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import { openWithCode, sendCode } from '../../one-time-codes.ts';
import { defineRoute } from '../../route.ts';
import { assertRealName } from '../../real-name.ts';
import { checkedPhone } from '../account/checks.ts';
import { found } from '../account/record.ts';
import { findHousehold } from '../household.ts';
import { postingParts } from '../../../domain/need/publisher.ts';
import { phoneOf } from '../sms/phones.ts';

const viewOf = (consent: SmsConsentRecord): z.output<typeof consentSchema> => ({
  id: consent._id,
  householdId: consent.householdId,
  maskedPhone: consent.maskedPhone,
  sensitive: consent.sensitive,
  guardian: consent.guardian,
  askedAt: consent.askedAt.toISOString(),
  givenAt: consent.givenAt?.toISOString() ?? null,
});

/** What the household reads: who asks, for what, and that saying no costs nothing. */
const textFor =
  ({ publicName }: AccountRecord, { sensitive, guardian }: z.output<typeof askConsent>) =>
  (code: string, minutes: number): string => {
    const more = `${sensitive ? '，并在审核中使用健康和贫困情况' : ''}${guardian ? '，内容涉及未满14岁的孩子' : ''}`;
    return (
      `${publicName}想代您家在帮扶平台发布求助${more}。同意请把验证码${code}告诉他，${minutes}分钟内有效；` +
      '不同意请不要告诉任何人，不影响您家的任何待遇。'
    );
  };

export const askForConsent = defineRoute({
  method: 'post',
  path: '/v1/households/{householdId}/consent-codes',
  operationId: 'askConsentByCode',
  summary: 'Ask a household for its consent to posting on its behalf: a code goes to its registered phone',
  tags: ['Household sessions'],
  access: { signedIn: true, scope: 'party' },
  request: { params: z.strictObject({ householdId: id }), body: askConsent },
  responses: { 201: consentSchema },
  problems: ['HOUSEHOLD_NOT_YOURS', 'HOUSEHOLD_WITHOUT_PHONE', 'CONSENT_BY_OWN_PHONE', 'SMS_OFF'],
  audit: 'household.consent.ask',
  async handler({ deps, services, params, body, actor, caller, now, newId }) {
    const household = await findHousehold(deps, params.householdId, actor);
    if (postingParts(caller, household).length === 0) throw problem('HOUSEHOLD_NOT_YOURS');
    const phone = phoneOf(deps, household);
    if (phone === null) throw problem('HOUSEHOLD_WITHOUT_PHONE');
    const account = await found(deps, caller.accountId);
    const marks = deps.crypto.index.candidates('phone', phone);
    // A cadre whose own number stands in the register would consent in the household's place.
    if (marks.includes(account.phoneIndex) && caller.householdId !== household._id)
      throw problem('CONSENT_BY_OWN_PHONE');
    const consent: SmsConsentRecord = {
      _id: newId('consent'),
      householdId: household._id,
      askedBy: caller.accountId,
      maskedPhone: maskPhone(phone),
      phoneIndex: deps.crypto.index.of('phone', phone),
      ...body,
      askedAt: new Date(now),
      givenAt: null,
    };
    await keepAsked(deps, consent);
    const request = { purpose: 'consent', subject: consent._id, phone, opens: consent._id } as const;
    await sendCode(deps, services, { ...request, text: textFor(account, body) });
    return { status: 201, body: viewOf(consent) };
  },
});

/** A consent that is asked for, as it is kept until its code is entered and as evidence afterwards. */
async function keepAsked({ models }: ApiDeps, { _id, ...rest }: SmsConsentRecord): Promise<void> {
  await models.codes.consents.updateOne({ _id }, { $setOnInsert: rest }, { upsert: true, maxTimeMS: 3000 });
}

export const askForConsentByNumber = defineRoute({
  method: 'post',
  path: '/v1/consent-codes',
  operationId: 'askConsentByNumber',
  summary:
    'A son living away, a neighbour, a friend: ask a household, known by number and phone, to let you post for it',
  description:
    'The code goes to its registered phone, and the household tells it to you. With the consent you may post for it, as the ' +
    'relation that you are. The answer is the same when number and phone do not belong together.',
  tags: ['Household sessions'],
  access: { signedIn: true, scope: 'own' },
  rate: 'signIn',
  request: { body: askConsentByNumber },
  responses: { 202: consentAskedSchema },
  problems: ['PHONE_INVALID', 'CONSENT_BY_OWN_PHONE', 'REAL_NAME_REQUIRED', 'REAL_NAME_UNCONFIRMED', 'SMS_OFF'],
  audit: 'household.consent.ask',
  async handler({ deps, services, body: { number, phone: written, ...flags }, caller, now, newId }) {
    const phone = checkedPhone(written);
    const account = await deps.models.accounts.find(caller.accountId);
    assertRealName(account);
    const marks = deps.crypto.index.candidates('phone', phone);
    if (marks.includes(account.phoneIndex)) throw problem('CONSENT_BY_OWN_PHONE');
    const household = await deps.models.households.findByNumber(number);
    const known = household !== null && household.erasedAt === null && marks.includes(household.phoneIndex ?? '');
    const consentId = newId('consent');
    if (known) {
      await keepAsked(deps, {
        ...{ _id: consentId, householdId: household._id, askedBy: caller.accountId, ...flags },
        ...{ maskedPhone: maskPhone(phone), phoneIndex: deps.crypto.index.of('phone', phone) },
        ...{ askedAt: new Date(now), givenAt: null },
      });
    }
    const request = { purpose: 'consent', subject: consentId, phone, opens: known ? consentId : null } as const;
    const expiresIn = await sendCode(deps, services, { ...request, text: textFor(account, flags) });
    return { status: 202, body: { id: consentId, expiresIn } };
  },
});

export const confirmConsent = defineRoute({
  method: 'post',
  path: '/v1/consents/{consentId}/confirm',
  operationId: 'confirmConsent',
  summary: 'Enter the code that the household told you: its consent is kept as evidence, for you to post with',
  tags: ['Household sessions'],
  access: { signedIn: true, scope: 'own' },
  rate: 'signIn',
  request: { params: z.strictObject({ consentId: id }), body: giveConsent },
  responses: { 200: consentSchema },
  problems: ['CODE_WRONG', 'ALREADY_DONE'],
  audit: 'household.consent.confirm',
  async handler({ deps, params, body, caller, now }) {
    const own = { _id: params.consentId, askedBy: caller.accountId };
    const { consents } = deps.models.codes;
    const asked = await consents.findOne(own, { maxTimeMS: 3000 });
    if (asked === null) throw problem('NOT_FOUND');
    if (asked.givenAt !== null) throw problem('ALREADY_DONE');
    await openWithCode(deps, { purpose: 'consent', subject: asked._id, code: body.code });
    const given = { ...asked, givenAt: new Date(now) };
    await consents.updateOne({ ...own, givenAt: null }, { $set: { givenAt: given.givenAt } }, { maxTimeMS: 3000 });
    await deps.models.households.consents.add(asked.householdId, {
      purpose: 'posting',
      kind: 'sms',
      reference: asked._id,
      givenAt: given.givenAt,
      takenBy: caller.accountId,
      revokedAt: null,
    });
    return { status: 200, body: viewOf(given) };
  },
});

/** @throws Problem CONSENT_UNKNOWN when the household has taken back what the need would be posted with */
export function assertConsentStands({ consents }: HouseholdRecord, { consent }: Pick<NeedRecord, 'consent'>): void {
  const revoked = consents.some(({ reference, revokedAt }) => reference === consent?.reference && revokedAt !== null);
  if (revoked) throw fieldProblem('CONSENT_UNKNOWN', '/body/consent/reference', 'the household has taken it back');
}

/** How long a household's word by code is good for a posting, where the policy does not say. */
const GOOD_FOR_DAYS = 30;

/** @throws Problem CONSENT_UNKNOWN unless this household gave it to this publisher lately, for what the posting needs */
export async function assertConsentByCode(
  { models, reference }: Pick<ApiDeps, 'models' | 'reference'>,
  {
    consent,
    householdId,
    publisherId,
    regionPath,
  }: Pick<NeedRecord, 'consent' | 'householdId' | 'publisherId' | 'regionPath'>,
  now: Instant,
): Promise<void> {
  if (consent?.kind !== 'smsCode') return;
  const { shared, need: policy } = reference.policyIn(regionPath, now);
  const goodUntil = (given: Date) => addDays(given.getTime(), policy.consentDays ?? GOOD_FOR_DAYS, shared.time);
  const given = await models.codes.findConsent(consent.reference);
  const fits =
    given?.givenAt != null &&
    given.householdId === householdId &&
    given.askedBy === publisherId &&
    goodUntil(given.givenAt) > now &&
    (given.sensitive || !consent.sensitive) &&
    (given.guardian || !consent.guardian);
  if (!fits) throw fieldProblem('CONSENT_UNKNOWN', '/body/consent/reference', 'no such consent, or not for this');
}
