import { z } from 'zod';
import { standing } from './case.ts';
import { reason } from './command.ts';
import { because } from './reason-code.ts';
import { fen, id, instant, line, pageOf, pageQuery, personal, regionCode } from './common.ts';
import { trackingNumber } from './pledge.ts';

const STAGES = [
  'draft',
  'underReview',
  'running',
  'claimed',
  'sending',
  'parked',
  'completed',
  'stopped',
  'refused',
  'withdrawn',
  'cancelled',
] as const;

const bounds = {
  organisation: line(2, 50).meta({ description: 'The organisation’s name: whoever approves looks at it' }),
  delivery: z.enum(['villagePoint', 'faceToFace']),
  needs: z.int().min(1).max(100_000).optional().meta({ description: 'At most so many needs' }),
  budgetFen: fen.min(1).optional().meta({ description: 'At most so much for all of them' }),
  perNeedFen: fen.min(1).optional().meta({ description: 'At most so much for each' }),
};

export const sponsorshipBody = z
  .union([
    z.strictObject({
      ...bounds,
      region: regionCode.optional().meta({ description: 'Where; without it the whole country' }),
      category: z.string().max(60).optional().meta({ description: 'A category; everything below it is included' }),
    }),
    z.strictObject({
      ...bounds,
      needIds: z.array(id).min(1).max(2_000).meta({ description: 'These needs and no others' }),
    }),
  ])
  .meta({ id: 'NewSponsorship' });

export const sponsorshipParams = z.strictObject({ sponsorshipId: id });

const totals = z.strictObject({
  tried: z.int(),
  claimed: z.int(),
  units: z.int(),
  valueFen: fen,
});

const failures = z.record(z.string(), z.int());

const fields = {
  ...standing(STAGES),
  organisation: personal(z.string()),
  region: regionCode.nullable(),
  place: z.string(),
  category: z.string().nullable(),
  listed: z.int().meta({ description: 'Needs that were named one by one; 0: region and category choose' }),
  needs: z.int().nullable(),
  budgetFen: fen.nullable(),
  perNeedFen: fen.nullable(),
  delivery: z.enum(['villagePoint', 'faceToFace']),
  planned: z.int().nullable().meta({ description: 'Needs found for it; null before it runs' }),
  totals,
  failed: failures.meta({ description: 'Needs that could not be claimed, by the outcomes of the results' }),
  sent: z.int().meta({ description: 'Pledges marked as sent in bulk' }),
  notSent: failures.meta({ description: 'Pledges that could not be, by code; `notHeld`: not held any more' }),
  createdAt: instant,
};

export const sponsorshipRow = z.strictObject(fields).meta({ id: 'SponsorshipRow' });
export const sponsorshipPage = pageOf(sponsorshipRow).meta({ id: 'SponsorshipPage' });
export const sponsorshipListQuery = z.strictObject({ ...pageQuery, stage: z.enum(STAGES).optional() });

export const sponsorshipSchema = z
  .strictObject({
    ...fields,
    why: z.string().meta({ description: 'What happens now, one sentence in plain Chinese' }),
    allowed: z.array(z.string()),
  })
  .meta({ id: 'Sponsorship' });

export const sponsorshipMadeSchema = z.strictObject({ id, stage: z.literal('draft') }).meta({ id: 'SponsorshipMade' });

export const sponsorshipResult = z
  .strictObject({
    needId: id,
    outcome: z
      .enum(['planned', 'claimed', 'notOpen', 'nothingFree', 'tooDear', 'overBudget', 'ownNeed', 'notNeeded'])
      .meta({ description: '`planned`: not tried (yet)' }),
    pledgeId: id.nullable(),
    units: z.int(),
    valueFen: fen,
    pledgeStage: z.string().nullable().meta({ description: 'How far the pledge is now' }),
    notSent: z.string().nullable().meta({ description: 'Why it could not be marked as sent in bulk; a code' }),
  })
  .meta({ id: 'SponsorshipResult' });
export const sponsorshipResultPage = pageOf(sponsorshipResult).meta({ id: 'SponsorshipResultPage' });
export const sponsorshipResultQuery = z.strictObject(pageQuery);

export const sponsorshipBodies = {
  approve: z.strictObject({ note: reason.optional() }),
  refuse: z.strictObject(because('giving')),
  send: z.strictObject({
    parcels: z
      .array(z.strictObject({ needId: id, courier: line(2, 30), trackingNumber }))
      .min(1)
      .max(2_000)
      .optional()
      .meta({ description: 'The parcels that go to village points, one for each need; any number of rounds' }),
  }),
} as const;
