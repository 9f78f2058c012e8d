import { z } from 'zod';
import { accountSchema, phone } from './account.ts';
import { instant, level, regionCode } from './common.ts';

export const device = z
  .string()
  .regex(/^[\w-]{16,64}$/)
  .optional()
  .meta({ description: 'Made by the app once per device; kept as a keyed hash, to mark claims of insiders' });

export const signInSchema = z
  .strictObject({
    phone,
    password: z.string().min(1).max(128).meta({ format: 'password' }),
    device,
  })
  .meta({ id: 'SignIn' });

export const refreshSchema = z.strictObject({ refreshToken: z.string().min(20).max(200) }).meta({ id: 'Refresh' });

const tokens = {
  accessToken: z.string().meta({ description: 'For `Authorization: Bearer`' }),
  expiresIn: z.int().meta({ description: 'Seconds' }),
  refreshToken: z.string().meta({ description: 'Good once; the answer brings the next one' }),
};
export const tokensSchema = z.strictObject(tokens).meta({ id: 'Tokens' });
export const sessionSchema = z.strictObject({ ...tokens, account: accountSchema }).meta({ id: 'Session' });

/** Why somebody is frozen, for himself. */
export const freezeNoticeSchema = z
  .strictObject({
    frozenAt: instant,
    reason: z.string(),
    by: level.or(z.literal('operator')).nullable().meta({ description: 'Of which level; null where it was not kept' }),
    contest: z
      .discriminatedUnion('about', [
        z.strictObject({ about: z.literal('office'), level, regionCode }),
        z.strictObject({ about: z.literal('platform') }),
      ])
      .meta({ description: 'What `makeComplaint` takes to contest it; who froze the account never sees it' }),
  })
  .meta({ id: 'FreezeNotice' });

export const frozenSignInSchema = signInSchema.omit({ device: true }).meta({ id: 'FrozenSignIn' });
export const frozenSessionSchema = z
  .strictObject({ accessToken: tokens.accessToken, expiresIn: tokens.expiresIn, freeze: freezeNoticeSchema })
  .meta({ id: 'FrozenSession' });
