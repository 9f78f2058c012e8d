import { z } from 'zod';
import type { RequestStage } from '../../domain/reviewed/types.ts';
import { id, instant, personal } from './common.ts';

/** What the answers about all kinds of cases have in common. */

export const authority = z
  .enum(['village', 'township', 'county', 'city', 'province', 'operator'])
  .meta({ description: 'Who decides: the cadres of a level, or the operators' });

/** Where a case stands. */
export const standing = <const Stage extends string>(stages: readonly Stage[]) => ({
  id,
  rev: z.int(),
  seq: z.int(),
  stage: z.enum(stages),
  stageSince: instant,
  dueAt: instant.nullable(),
});

/** The same of a case that a level reviews. */
export const underReview = <const Stage extends string>(stages: readonly Stage[]) => ({
  ...standing(stages),
  waitingOn: z.string(),
  reviewLevel: authority.nullable(),
});

/** The stages of what somebody asks for and a level grants or refuses. */
export const REQUEST_STAGES = [
  'draft',
  'submitted',
  'underReview',
  'parked',
  'approved',
  'refused',
  'withdrawn',
  'cancelled',
] as const satisfies readonly RequestStage[];

/** Whom somebody decides on. */
export const applicant = z.strictObject({
  name: personal(z.string()),
  maskedIdNumber: personal(z.string()).nullable(),
  maskedPhone: personal(z.string()),
});

/** How it goes on. */
export const outlook = {
  why: z.string().meta({ description: 'Why it waits, one sentence in plain Chinese' }),
  allowed: z.array(z.string()),
};

export const decidedOutlook = { decidedByLevel: authority.nullable(), ...outlook };
