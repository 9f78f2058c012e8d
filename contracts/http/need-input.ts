import { z } from 'zod';
import { PLACES, PRESENT_ADULTS } from '../../domain/need/arrangement.ts';
import { NEED_KINDS } from '../../domain/need/kind.ts';
import { PAYEES } from '../../domain/need/payee.ts';
import { RELATIONS } from '../../domain/need/posting.ts';
import { day, fen, id, line, text } from './common.ts';

/** What a publisher sends: drafts, and whole contents for an edit or a resubmission. */

export const urgency = z.enum(['urgent', 'normal', 'low']);
export const condition = z.enum(['new', 'usedGood', 'any']).meta({ description: 'What condition is accepted' });
export const kind = z.enum(NEED_KINDS);

/** Bounds of what can be kept at all; the rules for posting are stricter and come with the policy. */
const lineInput = z.strictObject({
  id: id.optional().meta({ description: 'Of a line that exists already: keeps its pledges' }),
  name: line(1, 40),
  unit: line(1, 8).meta({ example: '床' }),
  quantity: z.int().min(1).max(10_000),
  unitPriceFen: fen
    .max(100_000_000)
    .default(0)
    .meta({ description: 'Goods: the price of one; money: the amount; 0 for services and jobs', default: 0 }),
  condition: condition.default('any'),
});

export const arrangement = z.strictObject({
  when: line(1, 100).meta({ description: 'In words', example: '每周六上午' }),
  place: z.enum(PLACES).meta({ description: 'Where; never an address' }),
  minor: z.boolean().default(false).meta({ description: 'Somebody under 18 is met: the donor must be vetted' }),
  presentAdult: z
    .enum(PRESENT_ADULTS)
    .nullable()
    .default(null)
    .meta({ description: 'Who is there all the time when a child is met' }),
});

const payeeInput = z.strictObject({
  kind: z.enum(PAYEES),
  name: line(2, 60),
  bank: line(2, 60),
  account: z
    .string()
    .regex(/^[0-9A-Za-z][0-9A-Za-z -]{4,38}$/)
    .meta({ description: 'Account number; kept sealed' }),
  proof: id.nullable().default(null).meta({ description: 'Photo of a bill or a proof of guardianship' }),
});

export const consentInput = z.strictObject({
  kind: z.enum(['paper', 'recording', 'inPerson', 'smsCode']),
  reference: line(1, 100).meta({
    description:
      'Photo id of the paper, id of the uploaded recording, or id of the consent by code. `inPerson` is the household’s own word: good for its own posting only',
  }),
  givenOn: day,
  sensitive: z.boolean().meta({ description: 'Health or poverty details may be used in review (never in public)' }),
  guardian: z.boolean().meta({ description: "A guardian's consent, when a child under 14 is concerned" }),
});

const contentInput = {
  title: line(0, 60),
  details: text(0, 6000),
  category: z.string().max(60),
  urgency,
  lines: z.array(lineInput).max(20),
  photos: z.array(id).max(20),
  arrangement: arrangement.nullable().optional().meta({ description: 'When and where; services and jobs only' }),
};

export const draftInput = z.strictObject({
  householdId: id,
  kind: kind.default('goods'),
  payee: payeeInput.nullable().optional().meta({ description: 'Money only' }),
  relation: z.enum(RELATIONS),
  consent: consentInput.nullable().optional(),
  ...z.strictObject(contentInput).partial().shape,
});

export const draftPatch = z.strictObject({
  kind: kind.optional(),
  payee: payeeInput.nullable().optional(),
  relation: z.enum(RELATIONS).optional(),
  consent: consentInput.nullable().optional(),
  ...z.strictObject(contentInput).partial().shape,
});

export const contentBody = z.strictObject(contentInput);

/** A whole new content, for an edit or a resubmission. */
export const revisionBody = contentBody.extend({
  consent: consentInput.optional().meta({
    description:
      'What the household has agreed to anew: better evidence, or for what the new content tells. Else it stays',
  }),
  payee: payeeInput.optional().meta({ description: 'Money only: whom it is paid to from now on. Else it stays' }),
  relation: z
    .enum(RELATIONS)
    .optional()
    .meta({ description: 'What the publisher really is to the household; for himself to say. Else it stays' }),
});
