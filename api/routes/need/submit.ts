import { z } from 'zod';
import { id, pendingSchema } from '../../../contracts/http/common.ts';
import { revisionBody } from '../../../contracts/http/need-input.ts';
import { bodies } from '../../../contracts/http/need-commands.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import type { ConsentRecord, NeedContent, NeedRecord } from '../../../models/need.ts';
import { inTransaction } from '../../../models/transaction.ts';
import { pendingAnswer, sentBefore } from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, requireVersion, type AnyRoute, type Caller } from '../../route.ts';
import { assertFreshPhotos, assertOwnPhotos, takePhotos } from '../photo-use.ts';
import {
  assertMayPost,
  assertPledgedKept,
  assertPostable,
  caseLines,
  consentFrom,
  contentFrom,
  EMPTY_CONTENT,
  termsFor,
} from './content.ts';
import { assertNoNewTwin } from './duplicates.ts';
import { assertEvidence, useEvidence } from './evidence.ts';
import { assertStillWithinLimits } from './household-limits.ts';
import { needCommand, PARTY } from './need-command.ts';
import { householdOf, submitDraft } from './submit-draft.ts';

const params = z.strictObject({ needId: id });

const submitNeed = defineRoute({
  method: 'post',
  path: '/v1/needs/{needId}/submit',
  operationId: 'submitNeed',
  summary: 'Submit your draft for review',
  description:
    'Checks every rule for postings. The answer is 202: the need is accepted for certain, and its case starts at once or, ' +
    'when Temporal is away, as soon as it is back.',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'own' },
  request: { params },
  responses: { 202: pendingSchema },
  problems: [
    'POSTING_RULES_BROKEN',
    'TOO_MANY_OPEN_NEEDS',
    'RECEIVED_LIMIT',
    'DUPLICATE_NEED',
    'LIKELY_MATCHES',
    'PHOTO_UNKNOWN',
    'HOUSEHOLD_NOT_YOURS',
    'CONSENT_UNKNOWN',
    'PHOTO_REUSED',
    'GONE',
  ],
  audit: 'need.submit',
  async handler(ctx) {
    const { deps, caller, now, commandId, actor } = ctx;
    const own = { _id: ctx.params.needId, publisherId: caller.accountId };
    const need = await deps.models.needs.needs.findOne(own, { maxTimeMS: 3000 });
    if (need === null) throw problem('NOT_FOUND');
    if (need.submittedAt !== null) {
      // Another submission, unless it is this one again after its answer was lost.
      if ((await sentBefore(ctx, commandId)) === null) throw problem('ALREADY_DONE');
      return pendingAnswer(commandId);
    }
    // The sweeper deletes it, yet not to the minute.
    if (need.draftExpiresAt !== undefined && need.draftExpiresAt.getTime() <= now) throw problem('GONE');
    requireVersion(ctx, need.rev);
    await submitDraft(deps, { need, caller, actor, now, commandId });
    return pendingAnswer(commandId);
  },
});

/** A new content is checked like a posting and kept as a revision; nothing changes until the case has taken it. */
async function keepRevision(
  deps: ApiDeps,
  before: NeedRecord,
  { content, consent }: { content: NeedContent; consent: ConsentRecord | null },
  { caller, now, revisionId }: { caller: Caller; now: number; revisionId: string },
): Promise<void> {
  const household = await householdOf(deps, before);
  // What comes anew is looked at as if it were posted now.
  const need = consent === null ? before : { ...before, consent, submittedAt: null };
  await assertMayPost(deps, caller, household, need);
  const { concernsMinor } = assertPostable(deps, household, content, need, now);
  if (consent !== null) await assertEvidence(deps, household, need, now);
  assertPledgedKept(need.lines, content.lines);
  await assertNoNewTwin(deps, before, content, now);
  const added = content.photos.filter((photo) => !need.photos.includes(photo));
  await assertOwnPhotos(deps, caller.accountId, added, '/body/photos');
  const { models } = deps;
  await inTransaction(models.db, async (session) => {
    // The same request again: it was checked, and may be what stands by now.
    if ((await models.revisions.find(revisionId, session)) !== null) return;
    await assertStillWithinLimits(deps, before, content, { now, session });
    const revision = {
      _id: revisionId,
      needId: need._id,
      ...content,
      ...(consent !== null && { consent }),
      concernsMinor,
      searchTerms: termsFor(deps, content, need.regionNames),
      createdBy: caller.accountId,
      createdAt: new Date(now),
    };
    await models.revisions.revisions.insertOne(revision, { session });
    const use = { kind: 'need', id: need._id } as const;
    await takePhotos(deps, { ids: added, accountId: caller.accountId, use, pointer: '/body/photos' }, session);
    if (consent !== null) await useEvidence(deps, need, session);
  });
}

/** In which stage a new content is taken; elsewhere the case refuses, and nothing is kept. */
const TAKEN_IN = { edit: 'published', resubmit: 'returned' } as const;

function revisionRoute(command: 'edit' | 'resubmit', operationId: string, summary: string): AnyRoute {
  return needCommand({
    command,
    operationId,
    summary,
    access: PARTY,
    body: revisionBody,
    problems: [
      'POSTING_RULES_BROKEN',
      'TOO_MANY_OPEN_NEEDS',
      'RECEIVED_LIMIT',
      'DUPLICATE_NEED',
      'PHOTO_UNKNOWN',
      'HOUSEHOLD_NOT_YOURS',
      'CONSENT_UNKNOWN',
      'PHOTO_REUSED',
    ],
    async message({ deps, body: { consent, ...body }, caller, now, newId }, need) {
      const content = contentFrom(body, EMPTY_CONTENT, newId);
      const revisionId = newId('revision');
      if (need.stage === TAKEN_IN[command] && need.publisherId === caller.accountId) {
        const written = { content, consent: consentFrom(consent) };
        await keepRevision(deps, need, written, { caller, now, revisionId });
      }
      const lines = caseLines(content.lines).map((line) => ({ ...line }));
      const categoryPath = [...(deps.reference.categories.find(content.category)?.path ?? [])];
      return { data: { revisionId, lines, amountFen: content.amountFen, categoryPath } };
    },
  });
}

/** What the household shows more of: approved is the content, and that stays as it is. */
const addPhotos = needCommand({
  command: 'addPhotos',
  path: 'photos',
  operationId: 'addNeedPhotos',
  summary: 'Add photos to an approved need; it stays public',
  access: PARTY,
  body: bodies.addPhotos,
  problems: ['PHOTO_UNKNOWN', 'PHOTO_REUSED', 'TOO_MANY_PHOTOS', 'VERSION_MISMATCH'],
  async message({ deps, body, caller, now }, need) {
    const { max } = deps.reference.policyIn(need.regionPath, now).need.photos;
    const photos = [...new Set(body.photos)];
    const there = photos.findIndex((photo) => need.photos.includes(photo));
    if (there >= 0) throw fieldProblem('PHOTO_REUSED', `/body/photos/${there}`, 'it is there already');
    if (need.photos.length + photos.length > max) throw problem('TOO_MANY_PHOTOS');
    await assertOwnPhotos(deps, caller.accountId, photos, '/body/photos');
    await assertFreshPhotos(deps, photos, { kind: 'need', id: need._id }, '/body/photos');
    return { data: { photos }, asRead: true };
  },
});

export const submitRoutes: readonly AnyRoute[] = [
  submitNeed,
  revisionRoute('resubmit', 'resubmitNeed', 'Send a corrected content after a return'),
  revisionRoute('edit', 'editNeed', 'Change a published need; it goes back to review'),
  addPhotos,
];
