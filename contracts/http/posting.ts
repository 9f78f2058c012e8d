import { z } from 'zod';
import { DISMISSALS, MATCH_REASONS } from '../../domain/need/likely-match.ts';
import { ENDORSER_RELATIONS } from '../../domain/need/endorsement.ts';
import { reason } from './command.ts';
import { id, instant, pageOf, pageQuery, personal, text } from './common.ts';
import { draftInput, kind } from './need-input.ts';

/** What helps and guards whoever posts: likely matches, endorsements, uploads from a weak network, templates. */

export const likelyMatchesSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        needId: id,
        percent: z.int().meta({ description: 'How alike the texts are' }),
        duplicate: z.boolean().meta({ description: 'The household asks for the same: this cannot be submitted' }),
        reasons: z.array(z.enum(MATCH_REASONS)),
        title: z.string().nullable().meta({ description: 'null for a neighbour’s need that is not public' }),
        categoryName: z.string(),
        place: z.string(),
        submittedAt: instant.nullable(),
        dismissed: z.boolean().meta({ description: 'You have said why yours is another one' }),
      }),
    ),
  })
  .meta({ id: 'LikelyMatches' });

export const duplicatesSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        needId: id,
        reasons: z.array(z.enum(['sameHousehold', 'samePhoto'])),
        title: personal(z.string()).nullable().meta({ description: 'null outside your region' }),
        categoryName: z.string(),
        place: z.string(),
        stage: z.string(),
        submittedAt: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'Duplicates' });

export const dismissBody = z
  .strictObject({
    items: z
      .array(z.strictObject({ needId: id, reasonCode: z.enum(DISMISSALS), reason }))
      .min(1)
      .max(20),
  })
  .meta({ id: 'DismissMatches' });

export const endorsementBody = z
  .strictObject({
    relation: z.enum(ENDORSER_RELATIONS),
    text: text(0, 1000).meta({ description: '10 to 500 characters, in Chinese' }),
    photos: z.array(id).max(20).default([]).meta({ description: 'Up to 9; for reviewers alone' }),
  })
  .meta({ id: 'NewEndorsement' });

const endorsementFields = {
  id,
  relation: z.enum(ENDORSER_RELATIONS),
  name: z.string().meta({ description: 'Surname and **', example: '王**' }),
  createdAt: instant,
};

export const endorsementMade = z
  .strictObject({ ...endorsementFields, count: z.int().meta({ description: 'Endorsements of this need' }) })
  .meta({ id: 'EndorsementMade' });

export const endorsementPage = pageOf(
  z.strictObject({
    ...endorsementFields,
    text: z.string().nullable().meta({ description: 'null where the category is sensitive' }),
  }),
).meta({ id: 'EndorsementPage' });

export const endorsementFullPage = pageOf(
  z.strictObject({ ...endorsementFields, text: personal(z.string()), photos: z.array(id) }),
).meta({ id: 'EndorsementFullPage' });

export const endorsementQuery = z.strictObject({ ...pageQuery });

/** Made by the app before it has a connection: a UUIDv7. */
export const clientId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  .meta({ description: 'UUIDv7 that the client made, lower case', format: 'uuid' });

const baseRev = z
  .int()
  .min(1)
  .nullable()
  .default(null)
  .meta({ description: 'The `rev` on which this content builds; null when it was never uploaded' });

export const draftUpload = z.strictObject({ ...draftInput.shape, baseRev }).meta({ id: 'DraftUpload' });

export const MOST_DRAFTS = 20;
const uploads = z
  .array(z.strictObject({ clientId, draft: draftUpload }))
  .min(1)
  .max(MOST_DRAFTS);
export const syncBody = z.strictObject({ drafts: uploads }).meta({ id: 'DraftSync' });
export const postingsBody = z.strictObject({ items: uploads }).meta({ id: 'Postings' });

export const syncedDraft = z
  .strictObject({
    clientId,
    needId: id,
    rev: z.int(),
    result: z.enum(['created', 'updated', 'unchanged']),
    stage: z.string(),
  })
  .meta({ id: 'SyncedDraft' });

const toldProblem = z.strictObject({
  code: z.string(),
  title: z.string(),
  errors: z.array(z.strictObject({ pointer: z.string(), code: z.string(), detail: z.string() })),
  members: z.record(z.string(), z.unknown()).meta({ description: 'e.g. the `rev` that the server has' }),
});

const syncResult = {
  clientId,
  needId: id.nullable(),
  rev: z.int().nullable(),
  problem: toldProblem.nullable(),
};

export const syncSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({ ...syncResult, result: z.enum(['created', 'updated', 'unchanged', 'conflict', 'refused']) }),
    ),
  })
  .meta({ id: 'DraftSyncResults' });

export const postingsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        ...syncResult,
        result: z
          .enum(['submitted', 'draft', 'conflict', 'refused'])
          .meta({ description: 'draft: kept as a draft, `problem` says what stands against its submission' }),
        commandId: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'PostingResults' });

export const templateQuery = z.strictObject({
  category: z.string().max(60).optional().meta({ description: 'A category; everything below it is included' }),
  kind: kind.optional(),
});

export const templatesSchema = z
  .strictObject({
    source: z.string(),
    items: z.array(
      z.strictObject({
        category: z.string(),
        categoryName: z.string(),
        kind,
        title: z.string(),
        details: z.string().meta({ description: 'Blanks are marked by 【】' }),
        units: z.array(z.string()).meta({ description: 'Units that fit a line' }),
      }),
    ),
  })
  .meta({ id: 'Templates' });
