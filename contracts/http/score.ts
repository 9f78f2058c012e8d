import { z } from 'zod';
import { SCORE_LEVELS } from '../../domain/score/entries.ts';
import { FIXED_RULES, SCORE_KINDS, STAR_RULES } from '../../domain/score/types.ts';
import { id, instant, pageOf, pageQuery, regionCode } from './common.ts';

/** What a person can have; a village's score is nobody's own. */
export const ownScore = z.enum(['donor', 'household', 'reviewer']);
export type OwnScore = z.output<typeof ownScore>;

const sum = {
  points: z.int(),
  level: z.enum(SCORE_LEVELS),
  text: z.string().meta({ description: 'The level in words', example: '良好' }),
};

const ownSum = z.strictObject({
  kind: ownScore,
  name: z.string().meta({ example: '爱心人士评分' }),
  ...sum,
  nextFrom: z.int().nullable().meta({ description: 'Points from which the next level begins; null at the top' }),
});

/** One line of the ledger: the rule, the points, and what it came from. */
export const scoreEntrySchema = z
  .strictObject({
    kind: z.enum(SCORE_KINDS),
    rule: z.enum([...FIXED_RULES, ...STAR_RULES, 'correction']),
    text: z.string().meta({ description: 'The rule in plain Chinese', example: '捐助的物品已确认收到' }),
    points: z.int(),
    at: instant,
    source: z.strictObject({
      kind: z.string().meta({ example: 'pledge' }),
      id: id.nullable().meta({ description: 'Null for second reviews and second askings, which are blind' }),
    }),
    policyVersion: z.string().meta({ description: 'The version of the rules that set the points' }),
  })
  .meta({ id: 'ScoreEntry' });

export const myScoreQuery = z.strictObject({ kind: ownScore.optional(), ...pageQuery });
export const myScoreSchema = z
  .strictObject({ scores: z.array(ownSum), ...pageOf(scoreEntrySchema).shape })
  .meta({ id: 'MyScore' });

export const scoreListQuery = z.strictObject(pageQuery);
export const villageScorePage = pageOf(
  z.strictObject({ villageCode: regionCode, place: z.string(), ...sum }).meta({ id: 'VillageScore' }),
).meta({ id: 'VillageScorePage' });
export const scoreEntryPage = pageOf(scoreEntrySchema).meta({ id: 'ScoreEntryPage' });
