import { z } from 'zod';
import { code, reason } from './command.ts';
import { because } from './reason-code.ts';
import { id, text } from './common.ts';

const acknowledged = z
  .array(id)
  .max(20)
  .optional()
  .meta({ description: 'Needs named by DUPLICATE_SUSPECTED that you have looked at: it is approved all the same' });

const noChildSeen = z.literal(true).optional().meta({
  description:
    'You have looked at its photos, and no child is to be recognised: without it the public sees none where a child is concerned',
});

const feedbackPhotos = z
  .array(id)
  .max(9)
  .optional()
  .meta({ description: 'Fresh ones of yours, used nowhere else; donors see them, strangers after a cadre’s look' });

const lookedAt = z.array(id).min(1).max(9).meta({ description: 'Those of the added photos that you have looked at' });

/** Bodies of the need's commands. Texts become the command's note and stay in MongoDB. */
export const decisionsBody = z
  .strictObject({
    items: z
      .array(
        z.discriminatedUnion('decision', [
          z.strictObject({
            decision: z.literal('approve'),
            needId: id,
            note: reason.optional(),
            acknowledged,
            noChildSeen,
          }),
          z.strictObject({ decision: z.literal('return'), needId: id, ...because('return') }),
          z.strictObject({ decision: z.literal('refuse'), needId: id, ...because('refuse') }),
        ]),
      )
      .min(1)
      .max(50),
  })
  .meta({ id: 'NeedDecisions' });

export const decisionsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        needId: id,
        status: z
          .enum(['applied', 'pending', 'refused'])
          .meta({ description: 'pending: accepted for good, see /v1/commands/{commandId}' }),
        commandId: z.string(),
        stage: z.string().nullable(),
        problem: z.strictObject({ code: z.string(), title: z.string() }).nullable(),
      }),
    ),
  })
  .meta({ id: 'NeedDecisionResults' });

export const bodies = {
  approve: z.strictObject({
    note: reason.optional(),
    acknowledged,
    noChildSeen,
  }),
  showPhotos: z.strictObject({ photos: z.array(id).min(1).max(9) }),
  return: z.strictObject(because('return')),
  refuse: z.strictObject(because('refuse')),
  escalate: z.strictObject({ reason }),
  advise: z.strictObject({ advice: z.enum(['approve', 'return', 'refuse']), reason }),
  transfer: z.strictObject({ toAccountId: id, reason: reason.optional() }),
  pin: z.strictObject({ days: z.int().min(1).max(30) }),
  recordPreview: z.strictObject({
    revisionId: id.meta({ description: 'Of the preview that you have shown' }),
    photo: id.meta({ description: 'A fresh one of yours, of the paper that the household has signed' }),
  }),
  giveConsent: z.strictObject({ revisionId: id.meta({ description: 'Of the preview that was seen' }) }),
  withdraw: z.strictObject({ reason: reason.optional() }),
  revoke: z.strictObject(because('revoke')),
  challenge: z.strictObject(because('challenge')),
  rule: z.strictObject(because('ruling')),
  addPhotos: z.strictObject({
    photos: z.array(id).min(1).max(9).meta({ description: 'Your own uploads; nine photos in all at most' }),
  }),
  keepPhotos: z.strictObject({ photos: lookedAt }),
  removePhotos: z.strictObject({ photos: lookedAt, ...because('revoke') }),
  appeal: z.strictObject({ reason }),
  resolve: z.strictObject({ outcome: code, reason }),
  answer: z.strictObject({
    question: z.int().min(1).max(20).meta({ description: 'Number of the question, from 1' }),
    answer: z.enum(['good', 'partly', 'bad', 'notUsed']),
    text: text(1, 1000).optional(),
    photos: feedbackPhotos,
  }),
  thank: z.strictObject({ text: text(5, 1000), photos: feedbackPhotos }),
  rate: z.strictObject({ stars: z.int().min(1).max(5), text: text(1, 500).optional() }),
  reopen: z.strictObject({
    lines: z
      .array(z.strictObject({ lineId: id, quantity: z.int().min(1).max(10_000) }))
      .min(1)
      .max(20),
    reason,
  }),
} as const;
