import { z } from 'zod';
import { purpose } from './household.ts';
import { id, instant, pageOf, pageQuery, personal } from './common.ts';

/** Whose data was shown. */
const person = z
  .string()
  .regex(/^(?:account|household):[0-9a-f-]{36}$/)
  .meta({ example: 'household:01936f5e-7c1a-7cc3-8000-3b0f2a9d4c11' });

export const auditQuery = z.strictObject({
  purpose,
  person: person.optional().meta({ description: 'Whose data was read' }),
  reader: id.optional().meta({ description: 'Account that did or read it' }),
  action: z
    .string()
    .regex(/^[a-zA-Z.]{1,60}$/)
    .optional(),
  from: instant.optional(),
  to: instant.optional().meta({ description: 'Before this time' }),
  ...pageQuery,
});

export const auditRow = z
  .strictObject({
    id: z.string(),
    at: instant,
    action: z.string(),
    accountId: z.string().nullable(),
    role: z.string().nullable(),
    level: z.string().nullable(),
    regionCode: z.string().nullable(),
    target: z.record(z.string(), z.string()),
    persons: personal(z.array(z.string())).meta({ description: 'Whose data was shown' }),
    purpose: z.string().nullable(),
    status: z.int(),
    requestId: z.string(),
  })
  .meta({ id: 'AuditRow' });
export const auditPage = pageOf(auditRow).meta({ id: 'AuditPage' });

export const accessesQuery = z.strictObject(pageQuery);
export const accessesPage = pageOf(
  z
    .strictObject({
      at: instant,
      what: z.string().meta({ description: 'In plain Chinese', example: '查看了求助全文' }),
      by: z.string().meta({ description: 'In which office, without a name', example: '石城县干部' }),
      purpose: z.string().meta({ example: '审核' }),
    })
    .meta({ id: 'DataAccess' }),
).meta({ id: 'DataAccessPage' });
