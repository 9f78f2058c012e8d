import { z } from 'zod';
import { phone } from './account.ts';
import { id, instant } from './common.ts';
import { number } from './household.ts';
import { device } from './session.ts';

const code = z
  .string()
  .regex(/^\d{6}$/)
  .meta({ description: 'As it came by text message', example: '012345' });

export const codeSentSchema = z
  .strictObject({ expiresIn: z.int().meta({ description: 'Seconds. The same answer for unknown phones' }) })
  .meta({ id: 'CodeSent' });

export const askSignInCode = z.strictObject({ phone }).meta({ id: 'SignInCodeRequest' });
export const codeSignIn = z.strictObject({ phone, code, device }).meta({ id: 'SignInByCode' });

export const askHouseholdCode = z
  .strictObject({ number, phone: phone.meta({ description: 'The phone that the register has' }) })
  .meta({ id: 'HouseholdCodeRequest' });
export const householdSignIn = z.strictObject({ number, phone, code }).meta({ id: 'HouseholdSignIn' });
export const householdSessionSchema = z
  .strictObject({
    accessToken: z.string().meta({ description: 'For `Authorization: Bearer`; it cannot be refreshed' }),
    expiresIn: z.int().meta({ description: 'Seconds' }),
    householdId: id,
    publicName: z.string().meta({ example: '赖**' }),
  })
  .meta({ id: 'HouseholdSession' });

export const askConsent = z
  .strictObject({
    sensitive: z.boolean().meta({ description: 'Health or poverty details may be used in review, too' }),
    guardian: z.boolean().meta({ description: 'As the guardian of a child under 14, too' }),
  })
  .meta({ id: 'ConsentRequest' });
export const askConsentByNumber = z
  .strictObject({
    number,
    phone: phone.meta({ description: 'The phone that the register has' }),
    ...askConsent.shape,
  })
  .meta({ id: 'ConsentRequestByNumber' });
export const consentAskedSchema = z
  .strictObject({
    id: id.meta({ description: 'Of the consent, once its code was entered; the same answer for unknown households' }),
    expiresIn: z.int().meta({ description: 'Seconds' }),
  })
  .meta({ id: 'ConsentAsked' });
export const giveConsent = z.strictObject({ code }).meta({ id: 'ConsentCode' });
export const consentSchema = z
  .strictObject({
    id: id.meta({ description: 'The reference of a consent of the kind smsCode' }),
    householdId: id,
    maskedPhone: z.string().meta({ example: '138****5678' }),
    sensitive: z.boolean(),
    guardian: z.boolean(),
    askedAt: instant,
    givenAt: instant.nullable(),
  })
  .meta({ id: 'SmsConsent' });
