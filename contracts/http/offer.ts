import { z } from 'zod';
import { decidedOutlook, underReview } from './case.ts';
import { reason } from './command.ts';
import { because } from './reason-code.ts';
import { fen, id, instant, line, pageOf, pageQuery, personal, regionCode } from './common.ts';
import { delivery } from './pledge.ts';

const OFFER_STAGES = [
  'draft',
  'submitted',
  'underReview',
  'open',
  'parked',
  'usedUp',
  'expired',
  'withdrawn',
  'refused',
  'cancelled',
] as const;

const condition = z.enum(['new', 'usedGood']);
const category = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,59}$/)
  .meta({ description: 'A leaf of the category tree', example: 'bedding' });
const donor = z.string().meta({ description: 'Surname and two stars', example: '张**' });
const place = z.string().meta({ description: 'For whom it is', example: '江西省赣州市石城县' });

export const offerBody = z
  .strictObject({
    category,
    itemName: line(2, 30).meta({ example: '棉被' }),
    unit: line(1, 4).meta({ example: '床' }),
    quantity: z.int().min(1).max(100_000),
    unitValueFen: fen.min(1),
    condition,
    delivery,
    regionCode: regionCode
      .nullable()
      .meta({ description: 'For whom: everybody of this region; null: of the whole country' }),
    until: instant.meta({ description: 'Nothing is proposed from it after this' }),
  })
  .meta({ id: 'NewOffer' });

const units = z.strictObject({
  left: z.int(),
  proposed: z.int().meta({ description: 'Held for needs, and not answered yet' }),
  accepted: z.int(),
  sent: z.int(),
  given: z.int(),
});

const fields = {
  ...underReview(OFFER_STAGES),
  category,
  itemName: z.string(),
  unit: z.string(),
  quantity: z.int(),
  unitValueFen: fen,
  condition,
  delivery,
  regionCode: regionCode.nullable(),
  place,
  until: instant,
  units: units.meta({ description: 'Where its units are; together they are its quantity' }),
  donor: personal(donor),
  createdAt: instant,
};
export const offerRow = z.strictObject(fields).meta({ id: 'OfferRow' });
export const offerPage = pageOf(offerRow).meta({ id: 'OfferPage' });
export const offerListQuery = z.strictObject(pageQuery);

export const offerSchema = z
  .strictObject({
    ...fields,
    ...decidedOutlook,
  })
  .meta({ id: 'Offer' });

export const offerMadeSchema = z.strictObject({ id, stage: z.literal('draft') }).meta({ id: 'OfferMade' });

/** What strangers see of an approved offer. */
export const publicOfferPage = pageOf(
  z
    .strictObject({
      id,
      category,
      categoryName: z.string(),
      itemName: z.string(),
      unit: z.string(),
      left: z.int(),
      condition,
      place,
      donor,
      until: instant,
    })
    .meta({ id: 'PublicOffer' }),
).meta({ id: 'PublicOfferPage' });
export const publicOfferQuery = z.strictObject({
  region: regionCode.optional().meta({ description: 'Offers for this region or for a part of it' }),
  category: category.optional(),
  ...pageQuery,
});

export const matchSchema = z
  .strictObject({
    id,
    offerId: id,
    stage: z
      .enum(['asked', 'running', 'done'])
      .meta({ description: 'asked: it starts as soon as the platform can; poll until it is done' }),
    fitting: z.int().meta({ description: 'Needs that fit, as far as it looks' }),
    results: z.array(
      z.strictObject({
        needId: id,
        needTitle: z.string(),
        place: z.string(),
        outcome: z.enum(['proposed', 'lost', 'gone', 'own', 'usedUp']).meta({
          description:
            'proposed: held for you, accept or release the pledge; lost: others were quicker; gone: not open any more; own: your own household; usedUp: nothing was left',
        }),
        units: z.int(),
        pledgeId: id.nullable(),
        reasons: z.array(
          z.strictObject({ code: z.string(), text: z.string().meta({ example: '正是对方需要的物品' }) }),
        ),
      }),
    ),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Match' });
export const matchPage = pageOf(matchSchema).meta({ id: 'MatchPage' });

export const offerBodies = {
  approve: z.strictObject({ note: reason.optional() }),
  refuse: z.strictObject(because('giving')),
} as const;
