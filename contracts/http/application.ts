import { z } from 'zod';
import { applicant, decidedOutlook, REQUEST_STAGES, underReview } from './case.ts';
import { reason } from './command.ts';
import { because } from './reason-code.ts';
import { id, instant, level, line, pageOf, pageQuery, personal, regionCode, text } from './common.ts';

export const applicationBody = z
  .strictObject({
    level,
    regionCode: regionCode.meta({ description: 'The office’s own region, of that level' }),
    name: line(2, 40).meta({ description: 'The real name, as in your account' }),
    idNumber: z.string().min(15).max(30).meta({ description: 'As in your account' }),
    statement: text(0, 1000).meta({ description: 'Who you are and why; 10 to 500 characters' }),
  })
  .meta({ id: 'NewApplication' });

const fields = {
  ...underReview(REQUEST_STAGES),
  level,
  regionCode,
  place: z.string().meta({ example: '江西省赣州市石城县琴江镇长乐村' }),
  createdAt: instant,
};
export const applicationRow = z.strictObject(fields).meta({ id: 'ApplicationRow' });
export const applicationPage = pageOf(applicationRow).meta({ id: 'ApplicationPage' });
export const applicationListQuery = z.strictObject(pageQuery);

/** For the applicant and for who decides; the latter must know whom he makes a cadre. */
export const applicationSchema = z
  .strictObject({
    ...fields,
    applicant,
    statement: personal(z.string()),
    ...decidedOutlook,
  })
  .meta({ id: 'Application' });

export const applicationMadeSchema = z.strictObject({ id, stage: z.literal('draft') }).meta({ id: 'ApplicationMade' });

export const applicationBodies = {
  approve: z.strictObject({ note: reason.optional() }),
  refuse: z.strictObject(because('office')),
} as const;
