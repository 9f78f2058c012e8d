import { z } from 'zod';
import { standing } from './case.ts';
import { reason } from './command.ts';
import { because } from './reason-code.ts';
import { id, instant, line, pageOf, pageQuery, personal, queryList, regionCode } from './common.ts';

export const delivery = z.enum(['villagePoint', 'faceToFace']);

export const pledgeLine = z.strictObject({ lineId: id, quantity: z.int().min(1).max(10_000) });

const standby = z
  .boolean()
  .optional()
  .meta({ description: 'When others hold these units: join the standby queue instead of being refused' });

/** Either named units, or all that is left. */
export const claimBody = z
  .union([
    z.strictObject({ lines: z.array(pledgeLine).min(1).max(20), delivery, standby }),
    z.strictObject({ whole: z.literal(true), delivery, standby }),
  ])
  .meta({ id: 'Claim' });

export const claimSchema = z
  .strictObject({
    id,
    needId: id,
    stage: z.literal('offered'),
    lines: z.array(pledgeLine),
    standby: z.boolean().meta({ description: 'In the standby queue: nothing is held until units come free' }),
    delivery,
    marks: z.array(z.string()).meta({ description: 'Facts shown openly, such as a donor who is a cadre of the area' }),
  })
  .meta({ id: 'ClaimMade' });

const PLEDGE_STAGES = [
  'offered',
  'waiting',
  'held',
  'sent',
  'atPoint',
  'disputed',
  'parked',
  'received',
  'released',
  'failed',
] as const;

export const pledgeListQuery = z.strictObject({ stage: queryList(PLEDGE_STAGES).optional(), ...pageQuery });

const fields = {
  ...standing(PLEDGE_STAGES),
  waitingOn: z.string(),
  needId: id,
  needTitle: personal(z.string()),
  lines: z.array(pledgeLine),
  receivedLines: z.array(pledgeLine),
  standby: z.boolean().meta({ description: 'In the standby queue; nothing is held yet' }),
  proposed: z.boolean().meta({ description: 'A match proposes it: accept or release it' }),
  offerId: id.nullable().meta({ description: 'Of the offer that it was made from' }),
  delivery,
  createdAt: instant,
};

export const pledgeRow = z.strictObject(fields).meta({ id: 'PledgeRow' });
export const pledgePage = pageOf(pledgeRow).meta({ id: 'PledgePage' });

export const shipToSchema = z
  .strictObject({
    name: z.string().meta({ example: '长乐村村级服务点' }),
    address: z
      .string()
      .meta({ description: 'The village point; never a home', example: '江西省赣州市石城县琴江镇长乐村' }),
    regionCode,
    parcelMark: z
      .string()
      .meta({ description: 'Write it on the parcel: the point finds the pledge by it', example: '7c1a3b0f' }),
  })
  .meta({ id: 'ShipTo' });

export const pledgeSchema = z
  .strictObject({
    ...fields,
    marks: z.array(z.string()),
    as: z
      .array(z.enum(['donor', 'recipient', 'publisher', 'staff']))
      .meta({ description: 'In which part the caller sees it' }),
    shipment: z.strictObject({ courier: z.string(), trackingNumber: z.string() }).nullable(),
    shipTo: shipToSchema.nullable().meta({ description: 'For parcels to the village point' }),
    receiptPhoto: z.string().nullable(),
    penalty: z.boolean(),
    reasons: z
      .array(z.strictObject({ code: z.string(), text: z.string() }))
      .meta({ description: 'Why a match proposed it, in the words of who asks; empty for other pledges' }),
    why: z.string().meta({ description: 'Why it waits, one sentence in plain Chinese' }),
    allowed: z.array(z.string()).meta({ description: 'Commands that this stage takes, whoever may send them' }),
  })
  .meta({ id: 'Pledge' });

export const pickupCodeSchema = z
  .strictObject({ code: z.string().meta({ example: '402917' }), stage: z.string() })
  .meta({ id: 'PickupCode' });

export const donorRecordSchema = z
  .strictObject({
    holds: z.int().meta({ description: 'Held or waited for now' }),
    quota: z.int().meta({ description: 'As many may be held at once' }),
    received: z.int(),
    lapsed: z.int().meta({ description: 'Not sent in time' }),
    failed: z.int().meta({ description: 'Sent, and never received' }),
    reliability: z.int().nullable().meta({ description: 'Received of all that ended, in percent; null: too few' }),
  })
  .meta({ id: 'DonorRecord' });

export const trackingNumber = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9-]{6,40}$/);

/** Bodies of the pledge's commands. */
export const pledgeBodies = {
  send: z.strictObject({
    lines: z
      .array(pledgeLine)
      .min(1)
      .max(20)
      .optional()
      .meta({ description: 'What was really sent; the rest is freed' }),
    courier: line(2, 30).optional(),
    trackingNumber: trackingNumber.optional(),
  }),
  confirm: z.strictObject({ lines: z.array(pledgeLine).min(1).max(20).optional(), photoId: id.optional() }),
  handOver: z.strictObject({ lines: z.array(pledgeLine).min(1).max(20).optional(), photoId: id }),
  collect: z.strictObject({
    code: z.string().regex(/^\d{6}$/),
    lines: z
      .array(pledgeLine)
      .min(1)
      .max(20)
      .optional()
      .meta({ description: 'What was really in the parcel; what is missing is wanted again' }),
  }),
  returnParcel: z.strictObject(because('parcel')),
  dispute: z.strictObject(because('delivery')),
  reasoned: z.strictObject({ reason }),
  maybeReasoned: z.strictObject({ reason: reason.optional() }),
  rule: z.strictObject({ lines: z.array(pledgeLine).min(1).max(20).optional(), reason }),
} as const;
