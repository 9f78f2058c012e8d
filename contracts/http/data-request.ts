import { z } from 'zod';
import { reason } from './command.ts';
import { id, instant, pageOf, pageQuery, personal } from './common.ts';

const password = z.string().min(1).max(200).optional().meta({
  description:
    'Yours, once more: the copy holds everything. A household without an account has shown its phone instead',
});

export const exportBody = z.strictObject({ password });
export const exportSchema = z
  .strictObject({
    id,
    stage: z.enum(['queued', 'ready', 'failed', 'expired']),
    createdAt: instant,
    readyAt: instant.nullable(),
    expiresAt: instant.nullable().meta({ description: 'Until then it can be downloaded' }),
  })
  .meta({ id: 'DataExport' });

const blockers = z.strictObject({
  openNeeds: z.int(),
  openPledges: z.int(),
  openApplications: z.int(),
  openComplaints: z.int(),
  offices: z.int(),
});

export const erasureBody = z.strictObject({
  password,
  household: z.boolean().default(false).meta({
    description:
      'Erase the data of your whole household too, not only of your account. Always so where the household has no account',
  }),
});
const erasureFields = {
  id,
  stage: z.enum(['waiting', 'done', 'cancelled']),
  household: z.boolean(),
  createdAt: instant,
  dueAt: instant.nullable().meta({ description: 'Carried out after this, or earlier by an operator' }),
  doneAt: instant.nullable(),
  blockedBy: blockers.nullable().meta({ description: 'What had to end first when it was last tried' }),
};
export const erasureSchema = z
  .strictObject({
    ...erasureFields,
    kept: z.array(z.string()).meta({ description: 'What stays, and why, in Chinese' }),
  })
  .meta({ id: 'ErasureRequest' });

export const erasureRow = z
  .strictObject({
    ...erasureFields,
    accountId: personal(id).meta({ description: 'The account; of a household without one the household' }),
    paper: z.string().nullable().meta({ description: 'Asked on paper: who asked, and where it is kept' }),
  })
  .meta({ id: 'ErasureRow' });
export const erasurePage = pageOf(erasureRow).meta({ id: 'ErasurePage' });
export const erasureQuery = z.strictObject({
  stage: z.enum(['waiting', 'done', 'cancelled']).optional(),
  ...pageQuery,
});
export const paperErasureBody = z.strictObject({
  householdId: id,
  reason: reason.meta({ description: 'Who asked, and where the signed paper is kept' }),
});
export const executeBody = z.strictObject({ reason });
