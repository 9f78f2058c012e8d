import { z } from 'zod';
import { accountSchema, phone } from './account.ts';

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
