import { z } from 'zod';
import { CERTIFICATE_CODE } from '../../domain/pledge/certificate.ts';
import { day } from './common.ts';

export const certificateParams = z.strictObject({
  certificateCode: z.string().regex(CERTIFICATE_CODE).meta({ example: 'BF-7KQM-2XAB-9TRW-HC4P' }),
});

export const certificateSchema = z
  .strictObject({
    code: z.string(),
    donor: z.string().meta({ description: 'Surname and **', example: '张**' }),
    recipient: z.string().meta({ description: 'Surname and **', example: '赖**' }),
    place: z.string().meta({ example: '江西省赣州市石城县琴江镇长乐村' }),
    need: z.string(),
    items: z.array(z.strictObject({ name: z.string(), unit: z.string(), quantity: z.int() })),
    receivedOn: day,
    note: z.string().meta({ description: 'Thanks only: no seal, no receipt for taxes' }),
  })
  .meta({ id: 'Certificate' });
