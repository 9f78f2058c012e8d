import { z } from 'zod';
import { day, id, instant, level, line, personal, regionCode } from './common.ts';

export const phone = z.string().min(8).max(20).meta({
  description: 'Mobile number of mainland China; +86, spaces and hyphens are allowed',
  example: '13800005678',
});

export const password = z.string().min(8).max(128).meta({ format: 'password' });

export const registerSchema = z
  .strictObject({
    kind: z.enum(['donor', 'person']).meta({ description: 'donor: gives; person: everybody else' }),
    name: line(2, 40),
    phone,
    password,
    homeRegion: regionCode.optional().meta({ description: 'Where you live; needs nearby are open to you first' }),
    idNumber: z.string().min(15).max(30).optional().meta({ description: 'GB 11643, 18 characters' }),
  })
  .meta({ id: 'Registration' });

const role = z.enum(['household', 'donor', 'helper', 'cadre', 'pointKeeper', 'aidUnit', 'operator', 'person']);

export const grantSchema = z
  .strictObject({
    id: z.string(),
    role,
    level: level.optional(),
    regionCode: regionCode.optional(),
    standsInFor: z
      .string()
      .optional()
      .meta({ description: 'During his leave you decide in the place of this account' }),
    from: instant.optional(),
    until: instant.optional(),
    grantedAt: instant,
  })
  .meta({ id: 'Grant' });

export const accountSchema = z
  .strictObject({
    id,
    kind: z.enum(['donor', 'person']),
    publicName: z.string().meta({ example: '李**' }),
    maskedPhone: z.string().meta({ example: '138****5678' }),
    frozen: z.boolean(),
    homeRegion: regionCode.nullable(),
    vettedUntil: instant.nullable().meta({ description: 'Until when he may meet children' }),
    realNamed: z.boolean().meta({ description: 'Name and ID number are known to belong together' }),
    householdId: id.nullable(),
    grants: z.array(grantSchema),
    createdAt: instant,
  })
  .meta({ id: 'Account' });

/** The same of somebody else, for operators. */
export const othersAccountSchema = accountSchema
  .extend({ maskedPhone: personal(accountSchema.shape.maskedPhone), householdId: personal(id).nullable() })
  .meta({ id: 'OthersAccount' });

export const meSchema = accountSchema
  .extend({ name: z.string(), maskedIdNumber: z.string().nullable() })
  .meta({ id: 'Me' });

/** What operators appoint. `household` ties the account to a household, with the recipient's rights. */
export const newGrantSchema = z
  .discriminatedUnion('role', [
    z.strictObject({ role: z.literal('cadre'), level, regionCode }),
    z.strictObject({ role: z.literal('pointKeeper'), regionCode: regionCode.meta({ description: 'A village' }) }),
    z.strictObject({
      role: z.literal('aidUnit'),
      regionCode: regionCode.meta({ description: 'A county, city or province' }),
    }),
    z.strictObject({ role: z.literal('helper'), regionCode }),
    z.strictObject({ role: z.literal('donor') }),
    z.strictObject({ role: z.literal('operator') }),
    z.strictObject({ role: z.literal('household'), householdId: id }),
  ])
  .meta({ id: 'NewGrant' });

export const vettingSchema = z
  .strictObject({ until: day.nullable().meta({ description: 'Last day; at most a year ahead. Null takes it back' }) })
  .meta({ id: 'Vetting' });

/** What a cadre reads on somebody's papers. */
export const papersBody = z
  .strictObject({ name: line(2, 40), idNumber: z.string().min(15).max(30) })
  .meta({ id: 'Papers' });

export const realNameCheckSchema = z
  .strictObject({
    answer: z.enum(['match', 'noMatch', 'unknown']).meta({ description: 'unknown: the register cannot say now' }),
    realNamed: z.boolean(),
  })
  .meta({ id: 'RealNameCheck' });

export const homeSchema = z.strictObject({ homeRegion: regionCode.nullable() }).meta({ id: 'Home' });
export const freezeSchema = z.strictObject({ reason: line(5, 100) }).meta({ id: 'Freeze' });
export const newStandInSchema = z
  .strictObject({ accountId: id, from: instant, until: instant })
  .meta({ id: 'NewStandIn' });
export const standInSchema = z
  .strictObject({
    id,
    accountId: id,
    name: z.string().meta({ example: '李**' }),
    level,
    regionCode,
    from: instant,
    until: instant,
  })
  .meta({ id: 'StandIn' });
export const standInsSchema = z.strictObject({ items: z.array(standInSchema) }).meta({ id: 'StandIns' });
export const lookupSchema = z.strictObject({ phone }).meta({ id: 'AccountLookup' });
