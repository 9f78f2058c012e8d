import { z } from 'zod';
import { DEFAULT_PAGE, id, personal, queryInt } from './common.ts';
import { publicNeedRow } from './need.ts';

const reason = z
  .strictObject({
    code: z.string().meta({ example: 'gaveLike' }),
    text: z.string().meta({ description: 'In plain Chinese', example: '您以前帮助过同类求助（2次）' }),
  })
  .meta({ id: 'SuggestionReason' });

export const suggestionQuery = z.strictObject({
  limit: queryInt(1, 50)
    .optional()
    .meta({ description: `1 to 50, default ${DEFAULT_PAGE}` }),
});

/** A ranking, not a list: there is no next page, and the next call may look different. */
export const suggestionPage = z
  .strictObject({
    items: z.array(
      z.strictObject({
        need: publicNeedRow,
        available: z.int().meta({ description: 'Units that can be claimed' }),
        reasons: z.array(reason),
      }),
    ),
  })
  .meta({ id: 'SuggestionPage' });

/** Masked: nobody learns from it who a donor is. */
export const suggestedDonorPage = z
  .strictObject({
    items: z.array(
      z.strictObject({
        name: personal(z.string().meta({ description: 'Surname and two stars', example: '张**' })),
        place: z.string().nullable().meta({ description: 'City of his home', example: '浙江省杭州市' }),
        times: z.int().meta({ description: 'How often he gave what was then received' }),
        offers: z.boolean().meta({ description: 'He has an approved offer of this kind' }),
        reasons: z.array(reason),
      }),
    ),
  })
  .meta({ id: 'SuggestedDonorPage' });

export const suggestedDonorParams = z.strictObject({ needId: id });
