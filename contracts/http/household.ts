import { z } from 'zod';
import { STATED_PURPOSES } from '../../domain/access/disclosure.ts';
import { id, instant, line, pageOf, pageQuery, personal, queryFlag, regionCode } from './common.ts';

export const number = z
  .string()
  .regex(/^[0-9A-Za-z-]{6,32}$/)
  .meta({ description: 'Number in the register' });

export const householdSchema = z
  .strictObject({
    id,
    rev: z.int(),
    number: personal(number),
    publicName: personal(z.string().meta({ example: '赖**' })),
    villageCode: regionCode,
    place: z.string(),
    property: z.string(),
    mainCause: z.string(),
    otherCauses: z.array(z.string()),
    incomePerCapitaFen: z.int(),
    identifiedOn: z.string(),
    removedOn: z.string().nullable(),
    members: z.int().meta({ description: 'People, the head included' }),
    helperId: id.nullable(),
    updatedAt: instant,
  })
  .meta({ id: 'Household' });

export const householdPage = pageOf(householdSchema).meta({ id: 'HouseholdPage' });
export const householdQuery = z.strictObject({
  number: number.optional(),
  region: regionCode.optional(),
  ...pageQuery,
});

/** Why somebody opens personal data; kept in the audit trail. */
export const purpose = z.enum(STATED_PURPOSES);

const person = {
  name: z.string(),
  birthDate: z.string(),
  education: z.string(),
  health: z.string(),
  labour: z.string(),
};

export const personalSchema = z
  .strictObject({
    head: personal(
      z.strictObject({
        ...person,
        idNumber: z.string().meta({ description: 'Masked', example: '9907**********123X' }),
        phone: z.string().nullable(),
      }),
    ),
    members: z.array(personal(z.strictObject({ relation: z.string(), ...person }))),
    address: personal(z.string()).nullable(),
  })
  .meta({ id: 'HouseholdPersonalData' });

export const linkBody = z.strictObject({
  number,
  name: line(2, 40),
  idNumber: z.string().min(15).max(30),
});
export const linkSchema = z.strictObject({ householdId: id, publicName: z.string() }).meta({ id: 'HouseholdLink' });

export const addressBody = z
  .strictObject({
    address: line(2, 100).nullable().meta({ description: 'Within the village; kept sealed', example: '三组12号' }),
  })
  .meta({ id: 'HouseholdAddress' });

export const helperBody = z.strictObject({ accountId: id.nullable() });

export const importBody = z.strictObject({
  dryRun: queryFlag.optional().meta({ description: 'true: checks everything, writes nothing' }),
});

export const importSchema = z
  .strictObject({
    id,
    status: z.enum(['queued', 'running', 'done', 'failed']),
    dryRun: z.boolean(),
    fileBytes: z.int(),
    bytesRead: z.int(),
    counts: z.strictObject({
      rows: z.int(),
      created: z.int(),
      updated: z.int(),
      unchanged: z.int(),
      failed: z.int(),
    }),
    errorTotal: z.int(),
    errors: z
      .array(z.strictObject({ line: z.int(), column: z.string().nullable(), code: z.string() }))
      .meta({ description: 'The first 1000; never the faulty values' }),
    failure: z.string().nullable().meta({ description: 'Why the whole file could not be read' }),
    createdAt: instant,
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'HouseholdImport' });

export const importList = z.strictObject({ items: z.array(importSchema) });
