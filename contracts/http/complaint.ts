import { z } from 'zod';
import { COMPLAINT_SUBJECTS } from '../../domain/complaint/types.ts';
import { authority, outlook, standing } from './case.ts';
import { code, reason } from './command.ts';
import { because, reasonCode } from './reason-code.ts';
import { ownScore } from './score.ts';
import { id, instant, level, pageOf, pageQuery, personal, regionCode, text } from './common.ts';

const COMPLAINT_STAGES = [
  'draft',
  'submitted',
  'handling',
  'decided',
  'parked',
  'closed',
  'withdrawn',
  'cancelled',
] as const;

const words = {
  kind: reasonCode('complaint'),
  text: text(0, 4000).meta({ description: 'In your own words, 10 to 2000 characters; kept sealed' }),
  photos: z.array(id).max(9).optional(),
};

export const complaintBody = z
  .discriminatedUnion('about', [
    z.strictObject({ about: z.literal('need'), needId: id, ...words }),
    z.strictObject({ about: z.literal('pledge'), pledgeId: id, ...words }),
    z.strictObject({ about: z.literal('offer'), offerId: id, ...words }),
    z.strictObject({ about: z.literal('account'), accountId: id, ...words }),
    z.strictObject({
      about: z.literal('office'),
      level,
      regionCode: regionCode.meta({ description: 'Whoever is the cadre of this place' }),
      ...words,
    }),
    z.strictObject({
      about: z.literal('score'),
      score: ownScore.optional().meta({ description: 'Which of yours; by default the household’s, else the donor’s' }),
      ...words,
    }),
    z.strictObject({ about: z.literal('platform'), ...words }),
  ])
  .meta({ id: 'NewComplaint' });

const fields = {
  ...standing(COMPLAINT_STAGES),
  waitingOn: z.string(),
  handlingLevel: authority.nullable(),
  about: z.enum(COMPLAINT_SUBJECTS),
  subjectId: personal(z.string())
    .nullable()
    .meta({ description: 'Of the need, pledge, offer or account; an office’s region; of a score its name' }),
  kind: code,
  place: z.string().meta({ example: '江西省赣州市石城县琴江镇长乐村' }),
  objected: z.boolean(),
  createdAt: instant,
};
export const complaintRow = z.strictObject(fields).meta({ id: 'ComplaintRow' });
export const complaintPage = pageOf(complaintRow).meta({ id: 'ComplaintPage' });
export const complaintListQuery = z.strictObject(pageQuery);

/** For the complainant and for who handles it, never for those whom it is about. */
export const complaintSchema = z
  .strictObject({
    ...fields,
    complainant: personal(z.strictObject({ publicName: z.string(), maskedPhone: z.string() })),
    text: personal(z.string()),
    photos: z.array(id),
    decision: z
      .strictObject({ level: authority, outcome: z.enum(['upheld', 'dismissed']), code: z.string() })
      .nullable(),
    ...outlook,
  })
  .meta({ id: 'Complaint' });

export const complaintMadeSchema = z.strictObject({ id, stage: z.literal('draft') }).meta({ id: 'ComplaintMade' });

export const complaintBodies = {
  uphold: z.strictObject({
    measure: reasonCode('measure'),
    reason,
    correction: z
      .int()
      .min(-1000)
      .max(1000)
      .optional()
      .meta({ description: 'Of an appeal against a score: points that are given back' }),
  }),
  dismiss: z.strictObject(because('dismissal')),
  object: z.strictObject({ reason }),
} as const;
