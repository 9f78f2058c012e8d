import { z } from 'zod';
import { because } from './reason-code.ts';
import { id, instant, pageOf, pageQuery, personal } from './common.ts';

export const feedbackQuery = z.strictObject(pageQuery);
export const feedbackRow = z
  .strictObject({
    id,
    kind: z.enum(['thanks', 'answer']),
    question: z.int().nullable().meta({ description: 'Of an answer: the number of the question' }),
    answer: z.string().nullable(),
    text: personal(z.string()),
    photos: personal(z.array(id)),
    public: z.boolean().meta({ description: 'A cadre has looked at it: strangers see it too' }),
    at: instant,
  })
  .meta({ id: 'Feedback' });
export const feedbackPage = pageOf(feedbackRow).meta({ id: 'FeedbackPage' });
export const feedbackTakeDownBody = z.strictObject(because('revoke'));
export const feedbackStateSchema = z
  .strictObject({ id, public: z.boolean(), takenDown: z.boolean() })
  .meta({ id: 'FeedbackState' });
