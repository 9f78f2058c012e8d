import { z } from 'zod';
import { PAYEES } from '../../domain/need/payee.ts';
import { RISK_REASONS } from '../../domain/need/risk.ts';
import { fen, id, instant, level, line, pageOf, pageQuery, personal, queryList, regionCode } from './common.ts';
import { arrangement, condition, consentInput, kind, urgency } from './need-input.ts';

const extent = z.enum(['none', 'part', 'all']);
export const progressSchema = z.strictObject({ committed: extent, sent: extent, received: extent });

const payeeSchema = z.strictObject({
  kind: z.enum(PAYEES),
  masked: z.string().meta({ example: '赖** 尾号1234' }),
  proof: id.nullable(),
});

const publicLineSchema = z.strictObject({
  id,
  name: z.string(),
  unit: z.string(),
  quantity: z.int(),
  unitPriceFen: fen,
  condition,
  accepted: z.string().meta({ description: 'What condition is accepted, in words', example: '只接受全新物品' }),
  available: z.int().meta({ description: 'Units that can be claimed now' }),
});

const publicFields = {
  id,
  stage: z.enum(['published', 'matched']),
  kind,
  title: z.string(),
  category: z.string(),
  categoryName: z.string(),
  urgency,
  recipient: z.string().meta({ description: 'Surname and **', example: '赖**' }),
  regionCode: regionCode.meta({ description: 'The village' }),
  place: z.string().meta({ example: '江西省赣州市石城县琴江镇长乐村' }),
  amountFen: fen,
  progress: progressSchema,
  endorsements: z.int().meta({ description: 'People who vouch for it under their real name' }),
  pinned: z.boolean().meta({ description: 'Stands at the top of the list for some days' }),
  publishedAt: instant,
  expiresAt: instant,
  thumbnail: z.string().nullable().meta({ description: 'Address of the first photo, small' }),
};

export const publicNeedRow = z.strictObject(publicFields).meta({ id: 'PublicNeedRow' });

export const publicNeed = z
  .strictObject({
    ...publicFields,
    details: z.string().nullable().meta({ description: 'null where the category is sensitive' }),
    photos: z.array(z.strictObject({ image: z.string(), thumbnail: z.string() })),
    lines: z.array(publicLineSchema),
    arrangement: arrangement.nullable().meta({ description: 'When and where; services and jobs only' }),
    vettingRequired: z.boolean().meta({ description: 'A child is met: only vetted donors may claim' }),
    claimable: z.boolean(),
    postedBy: z.string().meta({ description: 'Relation of the publisher to the household', example: 'helperCadre' }),
    delivery: z.array(z.enum(['villagePoint', 'faceToFace'])),
    shipTo: z
      .strictObject({ name: z.string(), address: z.string(), regionCode })
      .nullable()
      .meta({ description: 'The village point that parcels go to; never a home. Null where nothing is sent' }),
    postage: z.strictObject({ paidBy: z.literal('donor'), text: z.string() }).nullable(),
    holdDays: z.int().meta({ description: 'How long a claim is held for sending' }),
  })
  .meta({ id: 'PublicNeed' });

export const photosShownSchema = z
  .strictObject({ needId: id, photosShown: z.array(id).meta({ description: 'What the public sees' }) })
  .meta({ id: 'NeedPhotosShown' });

export const previewSchema = z
  .strictObject({
    revisionId: id.meta({ description: 'The content that is shown; named in the consent' }),
    approvedAt: instant.nullable().meta({ description: 'When the household approved this content by itself' }),
    revokedAt: instant.nullable().meta({ description: 'Since when it has taken its consent back' }),
    need: publicNeed.meta({ description: 'Exactly as strangers see it once it is published' }),
  })
  .meta({ id: 'NeedPreview' });

export const publicNeedPage = pageOf(publicNeedRow).meta({ id: 'PublicNeedPage' });

export const publicListQuery = z.strictObject({
  region: regionCode.optional(),
  category: z.string().max(60).optional().meta({ description: 'A category; everything below it is included' }),
  kind: kind.optional(),
  urgency: urgency.optional(),
  q: line(1, 40).optional().meta({
    description: 'Words, place names or pinyin initials, parted by blanks: all of them, anywhere in its text',
  }),
  stage: z.enum(['published', 'matched']).optional(),
  ...pageQuery,
});

const reviewSchema = z.strictObject({
  level,
  route: z.array(level),
  dueAt: instant,
  decideBy: instant
    .nullable()
    .meta({ description: 'End of the overall limit; null when it has passed or there is none' }),
  second: z.boolean().meta({ description: 'One reviewer has approved already; another person must agree' }),
  assigneeId: id.nullable(),
  advice: z.string().nullable(),
  askedByLevel: level.nullable().meta({ description: 'Set while this level only advises the one named' }),
  of: z.string().meta({ description: 'posting, edit, appeal, reopening, revoked or challenge' }),
});

const riskSchema = z.strictObject({
  score: z.int(),
  band: z.enum(['low', 'medium', 'high']),
  text: z.string().meta({ example: '中风险' }),
  reasons: z.array(
    z.strictObject({
      code: z.enum(RISK_REASONS),
      points: z.int(),
      value: z.int().meta({ description: 'What was measured: fen, percent or a count' }),
      limit: z.int().meta({ description: 'From where on it counts' }),
      text: z.string().meta({ description: 'In plain Chinese, with the numbers' }),
    }),
  ),
});

const aidSchema = z.strictObject({
  days: z.number().meta({ description: 'Length of the period, back from now' }),
  openNeeds: z.int().meta({ description: 'Other needs of the household that are open' }),
  openNeedsLimit: z.int(),
  receivedFen: fen.meta({ description: 'Of its other needs: received in the period, under way, or still asked for' }),
  receivedLimitFen: fen.nullable(),
  countyFen: fen.meta({
    description: 'What the whole county was promised, sent or has received in the period, without this',
  }),
  countyPercent: z.int().meta({ description: 'The share of it that this need would have' }),
});

const ownLineSchema = z.strictObject({
  id,
  name: z.string(),
  unit: z.string(),
  quantity: z.int(),
  unitPriceFen: fen,
  condition,
  free: z.int(),
  held: z.int(),
  sent: z.int(),
  received: z.int(),
});

const ownFields = {
  id,
  stage: z.string(),
  seq: z.int(),
  rev: z.int(),
  kind,
  title: z.string(),
  category: z.string(),
  urgency,
  householdId: personal(id),
  recipient: z.string(),
  regionCode,
  place: z.string(),
  amountFen: fen,
  progress: progressSchema,
  stageSince: instant,
  dueAt: instant.nullable(),
  waitingOn: z.string(),
  reviewLevel: level.nullable(),
  taken: z
    .strictObject({ accountId: id, name: z.string(), until: instant })
    .nullable()
    .meta({ description: 'For staff: the reviewer who has taken it for now' }),
  submittedAt: instant.nullable(),
  publishedAt: instant.nullable(),
  expiresAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
};

/** For the publisher, the household and the cadres of the place. */
export const needRow = z.strictObject(ownFields).meta({ id: 'NeedRow' });
export const needPage = pageOf(needRow).meta({ id: 'NeedPage' });

export const needSchema = z
  .strictObject({
    ...ownFields,
    details: z.string(),
    relation: z.string(),
    consent: personal(consentInput).nullable(),
    concernsMinor: z
      .boolean()
      .meta({ description: 'Strangers see no photo before a cadre has said that no child is to be recognised' }),
    preview: z
      .strictObject({
        wanted: z.boolean().meta({ description: 'It is not published before the household has approved its preview' }),
        approvedAt: instant.nullable().meta({ description: 'Of this content' }),
        paper: id.nullable().meta({ description: 'Photo of the paper, where a cadre has shown the preview' }),
      })
      .meta({ description: 'The household’s word on what the public will see' }),
    photosShown: z.array(id).meta({ description: 'Photos of which a cadre has said so' }),
    photos: z.array(id),
    lines: z.array(ownLineSchema),
    arrangement: arrangement.nullable(),
    payee: personal(payeeSchema).nullable().meta({ description: 'Money only, masked' }),
    endorsements: z.int(),
    dismissedMatches: z
      .array(z.strictObject({ needId: id, reasonCode: z.string(), reason: z.string(), at: instant }))
      .meta({ description: 'Why the publisher said that likely matches are something else' }),
    openPledges: z.int(),
    policyVersion: z.string(),
    review: reviewSchema.nullable(),
    risk: riskSchema.nullable().meta({ description: 'For cadres and operators; null for everybody else' }),
    aid: aidSchema
      .nullable()
      .meta({ description: 'For reviewers: what the household has and gets, and the share of the county’s help' }),
    challenge: z
      .strictObject({ level, reasonCode: z.string(), since: instant })
      .nullable()
      .meta({ description: 'While challenged: who looks at it, and why it is doubted; never by whom' }),
    parkedReason: z.string().nullable(),
    outcome: z.string().nullable(),
    allowed: z.array(z.string()).meta({ description: 'Commands that this stage takes, whoever may send them' }),
    draftExpiresAt: instant.nullable(),
  })
  .meta({ id: 'Need' });

export const needCreated = z.strictObject({ id, stage: z.literal('draft'), rev: z.int() }).meta({ id: 'DraftCreated' });

const NEED_STAGES = [
  'draft',
  'submitted',
  'underReview',
  'returned',
  'withheld',
  'published',
  'paused',
  'challenged',
  'matched',
  'refused',
  'takenDown',
  'handedOff',
  'following',
  'parked',
  'closed',
  'withdrawn',
  'cancelled',
] as const;

export const mineQuery = z.strictObject({ stage: queryList(NEED_STAGES).optional(), ...pageQuery });

export const timelineSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        seq: z.int(),
        at: instant,
        type: z.string(),
        text: z.string().meta({ description: 'In plain Chinese' }),
        by: z.string().meta({ description: 'In which part, never a name', example: '村级干部' }),
        note: z.string().nullable().meta({ description: 'The reason given, for those it concerns' }),
      }),
    ),
  })
  .meta({ id: 'Timeline' });

export const whySchema = z
  .strictObject({
    code: z.string(),
    text: z.string().meta({ description: 'One sentence in plain Chinese, without names' }),
    waitingOn: z.string(),
    since: instant,
    until: instant.nullable(),
    next: z.string().nullable().meta({ description: 'What the clock does then' }),
    level: level.nullable(),
  })
  .meta({ id: 'WhyWaiting' });
