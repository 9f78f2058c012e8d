import { z } from 'zod';
import { outlook, standing } from './case.ts';
import { reason } from './command.ts';
import { because } from './reason-code.ts';
import { id, instant, level, pageOf, pageQuery, personal, regionCode } from './common.ts';

const HANDOVER_STAGES = [
  'draft',
  'offered',
  'parked',
  'accepted',
  'refused',
  'withdrawn',
  'lapsed',
  'cancelled',
] as const;

export const handoverBody = z
  .strictObject({
    toAccountId: id.meta({ description: 'A cadre of your own level and region' }),
    needIds: z
      .array(id)
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'Needs whose review waits for you alone; all of them when left out' }),
    reason,
  })
  .meta({ id: 'NewHandover' });

const fields = {
  ...standing(HANDOVER_STAGES),
  direction: z.enum(['given', 'received']),
  /** Masked. */
  colleague: personal(z.string()),
  level,
  regionCode,
  place: z.string(),
  needs: z.int(),
  createdAt: instant,
};
export const handoverRow = z.strictObject(fields).meta({ id: 'HandoverRow' });
export const handoverPage = pageOf(handoverRow).meta({ id: 'HandoverPage' });
export const handoverListQuery = z.strictObject({
  box: z.enum(['given', 'received']).optional().meta({ description: 'received when left out' }),
  ...pageQuery,
});
export const handoverSchema = z
  .strictObject({
    ...fields,
    needIds: z.array(id),
    reason: z.string(),
    ...outlook,
  })
  .meta({ id: 'Handover' });
export const handoverMadeSchema = z
  .strictObject({ id, stage: z.literal('draft'), needs: z.int() })
  .meta({ id: 'HandoverMade' });

export const handoverBodies = { refuse: z.strictObject(because('colleagues')) } as const;
