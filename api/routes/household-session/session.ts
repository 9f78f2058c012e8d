import {
  askHouseholdCode,
  codeSentSchema,
  householdSessionSchema,
  householdSignIn,
} from '../../../contracts/http/one-time-code.ts';
import { problem } from '../../../contracts/problems.ts';
import { householdText, openWithCode, sendCode } from '../../one-time-codes.ts';
import { defineRoute } from '../../route.ts';
import { checkedPhone } from '../account/checks.ts';
import { householdActor } from '../sms/sender.ts';

const subjectOf = (number: string, phone: string): string => `${number}\n${phone}`;

export const askForHouseholdCode = defineRoute({
  method: 'post',
  path: '/v1/household-sessions/codes',
  operationId: 'askHouseholdCode',
  summary:
    'A code to the household’s registered phone; the answer is the same when number and phone do not belong together',
  tags: ['Household sessions'],
  access: { public: true },
  idempotency: { none: 'Sends another code, within the limits per phone.' },
  rate: 'signIn',
  request: { body: askHouseholdCode },
  responses: { 202: codeSentSchema },
  problems: ['PHONE_INVALID', 'SMS_OFF'],
  async handler({ deps, services, body }) {
    const phone = checkedPhone(body.phone);
    const household = await deps.models.households.findByNumber(body.number);
    const marks = deps.crypto.index.candidates('phone', phone);
    const known = household !== null && household.erasedAt === null && marks.includes(household.phoneIndex ?? '');
    const opens = known ? household._id : null;
    const request = { purpose: 'household', subject: subjectOf(body.number, phone), phone, opens } as const;
    const expiresIn = await sendCode(deps, services, { ...request, text: householdText });
    return { status: 202, body: { expiresIn } };
  },
});

export const beginHouseholdSession = defineRoute({
  method: 'post',
  path: '/v1/household-sessions',
  operationId: 'beginHouseholdSession',
  summary: 'See and decide what concerns your household for half an hour, without an account',
  description:
    'The session has exactly the recipient’s rights: to see what was posted for the household, what the public ' +
    'sees of it and why it waits, to consent and to take its consent back, to correct what came back, withdraw, appeal, confirm, dispute, thank, ' +
    'rate, answer, tell news and ask again; to complain about what became of it; and to have a copy of what is kept about ' +
    'the household, or its erasure.',
  tags: ['Household sessions'],
  access: { public: true },
  idempotency: { none: 'A code is good once.' },
  rate: 'signIn',
  request: { body: householdSignIn },
  responses: { 201: householdSessionSchema },
  problems: ['PHONE_INVALID', 'CODE_WRONG'],
  async handler({ deps, services, body, requestId }) {
    const subject = subjectOf(body.number, checkedPhone(body.phone));
    const householdId = await openWithCode(deps, { purpose: 'household', subject, code: body.code });
    const household = await deps.models.households.find(householdId);
    if (household === null || household.erasedAt !== null) throw problem('GONE');
    const { accessToken, expiresIn } = await services.sessions.ofHousehold(household);
    await services.audit({
      action: 'household.session.begin',
      accountId: null,
      actor: householdActor(householdId),
      target: { householdId },
      requestId,
      status: 201,
    });
    return { status: 201, body: { accessToken, expiresIn, householdId, publicName: household.publicName } };
  },
});
