import { z } from 'zod';
import { papersBody } from './account.ts';
import { applicant, decidedOutlook, REQUEST_STAGES, underReview } from './case.ts';
import { because } from './reason-code.ts';
import { id, instant, pageOf, pageQuery, personal, regionCode, text } from './common.ts';
import { purpose } from './household.ts';

export const certificationBody = z
  .strictObject({
    regionCode: regionCode.meta({ description: 'Where you live: a township or a village of it' }),
    statement: text(0, 1000).meta({ description: 'Why name and number do not fit; 10 to 500 characters, kept sealed' }),
    photos: z.array(id).min(1).max(9).meta({ description: 'Of your papers, uploaded by you' }),
  })
  .meta({ id: 'NewCertification' });

const fields = {
  ...underReview(REQUEST_STAGES),
  place: z.string().meta({ example: '江西省赣州市石城县琴江镇' }),
  createdAt: instant,
};
export const certificationRow = z.strictObject(fields).meta({ id: 'CertificationRow' });
export const certificationPage = pageOf(certificationRow).meta({ id: 'CertificationPage' });
export const certificationListQuery = z.strictObject(pageQuery);

/** For the applicant and for who decides: whom the papers must show. */
export const certificationSchema = z
  .strictObject({
    ...fields,
    applicant,
    statement: personal(z.string()),
    photos: z.array(id),
    ...decidedOutlook,
  })
  .meta({ id: 'Certification' });

export const certificationMadeSchema = z
  .strictObject({ id, stage: z.literal('draft') })
  .meta({ id: 'CertificationMade' });

/** Whoever looks at papers says why: each time it is kept. */
export const statedPurpose = z.strictObject({ purpose });

export const certificationBodies = {
  approve: papersBody,
  refuse: z.strictObject(because('certification')),
} as const;
