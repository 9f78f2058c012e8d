import { revisionBody } from '../../../contracts/http/need-input.ts';
import { fieldProblem } from '../../../contracts/problems.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import { mayRevise } from '../../../domain/need/rights.ts';
import type { HouseholdRecord } from '../../../models/household.ts';
import type { ConsentRecord, NeedContent, NeedRecord, PayeeRecord } from '../../../models/need.ts';
import { inTransaction } from '../../../models/transaction.ts';
import type { ApiDeps } from '../../deps.ts';
import type { AnyRoute, Caller } from '../../route.ts';
import { assertOwnPhotos, takePhotos } from '../photo-use.ts';
import {
  assertMayPost,
  assertPledgedKept,
  assertPostable,
  caseLines,
  consentFrom,
  contentFrom,
  EMPTY_CONTENT,
  payeeFrom,
  termsFor,
} from './content.ts';
import { assertNoNewTwin } from './duplicates.ts';
import { assertEvidence, useEvidence } from './evidence.ts';
import { assertStillWithinLimits } from './household-limits.ts';
import { needCommand, PARTY } from './need-command.ts';
import { proofOf } from './new-draft.ts';
import { householdOf } from './submit-draft.ts';

/** What somebody writes anew of a need; what is null stays as it was. */
interface Written {
  readonly content: NeedContent;
  readonly consent: ConsentRecord | null;
  readonly payee: PayeeRecord | null;
  readonly relation: string | null;
}

interface Writer {
  readonly caller: Caller;
  readonly actor: Actor;
  readonly now: number;
  readonly revisionId: string;
}

/** The need as it would be. What comes anew is looked at as if it were posted now. */
function asWritten(before: NeedRecord, { consent, payee, relation }: Written): NeedRecord {
  const anew = consent !== null || relation !== null;
  return {
    ...before,
    ...(consent !== null && { consent }),
    ...(payee !== null && { payee }),
    ...(relation !== null && { relation }),
    ...(anew && { submittedAt: null }),
  };
}

/**
 * The publisher by what he says he is to the household; who corrects in his place by what he is himself.
 * @throws Problem HOUSEHOLD_NOT_YOURS
 */
async function assertMayRevise(
  deps: ApiDeps,
  { caller, actor }: Writer,
  household: HouseholdRecord,
  need: NeedRecord,
  relation: string | null,
): Promise<void> {
  if (caller.accountId === need.publisherId) return assertMayPost(deps, caller, household, need);
  if (relation !== null) {
    throw fieldProblem('HOUSEHOLD_NOT_YOURS', '/body/relation', 'only the publisher says what he is to the household');
  }
  const himself = actor.householdId === need.householdId ? 'self' : 'helperCadre';
  return assertMayPost(deps, caller, household, { relation: himself, consent: null });
}

/** A new content is checked like a posting and kept as a revision; nothing changes until the case has taken it. */
async function keepRevision(deps: ApiDeps, before: NeedRecord, written: Written, writer: Writer): Promise<void> {
  const { content, consent, payee, relation } = written;
  const { caller, now, revisionId } = writer;
  const household = await householdOf(deps, before);
  const need = asWritten(before, written);
  await assertMayRevise(deps, writer, household, need, relation);
  const { concernsMinor } = assertPostable(deps, household, content, need, now);
  // Whoever brings evidence has uploaded it himself, or asked for it.
  const evident = { ...need, publisherId: caller.accountId };
  if (consent !== null) await assertEvidence(deps, household, evident, now);
  assertPledgedKept(need.lines, content.lines);
  await assertNoNewTwin(deps, before, content, now);
  const added = content.photos.filter((photo) => !before.photos.includes(photo));
  await assertOwnPhotos(deps, caller.accountId, added, '/body/photos');
  const proof = proofOf(payee).filter((photo) => photo !== before.payee?.proof);
  await assertOwnPhotos(deps, caller.accountId, proof, '/body/payee/proof');
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
      ...(payee !== null && { payee }),
      ...(relation !== null && { relation }),
      concernsMinor,
      searchTerms: termsFor(deps, content, need.regionNames),
      createdBy: caller.accountId,
      createdAt: new Date(now),
    };
    await models.revisions.revisions.insertOne(revision, { session });
    const use = { kind: 'need', id: need._id } as const;
    const mine = { accountId: caller.accountId, use };
    await takePhotos(deps, { ...mine, ids: added, pointer: '/body/photos' }, session);
    await takePhotos(deps, { ...mine, ids: proof, pointer: '/body/payee/proof' }, session);
    if (consent !== null) await useEvidence(deps, evident, session);
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
    async message({ deps, body: { consent, payee, relation, ...body }, caller, actor, now, newId }, need) {
      const content = contentFrom(body, EMPTY_CONTENT, newId);
      const revisionId = newId('revision');
      if (need.stage === TAKEN_IN[command] && mayRevise(command, need, actor)) {
        const written: Written = {
          content,
          consent: consentFrom(consent),
          payee: payeeFrom(deps, need._id, payee),
          relation: relation === undefined || relation === need.relation ? null : relation,
        };
        await keepRevision(deps, need, written, { caller, actor, now, revisionId });
      }
      const lines = caseLines(content.lines).map((line) => ({ ...line }));
      const categoryPath = [...(deps.reference.categories.find(content.category)?.path ?? [])];
      return { data: { revisionId, lines, amountFen: content.amountFen, categoryPath } };
    },
  });
}

export const revisionRoutes: readonly AnyRoute[] = [
  revisionRoute(
    'resubmit',
    'resubmitNeed',
    'Send a corrected content after a return: its publisher, or in his place the household or its helper of today',
  ),
  revisionRoute('edit', 'editNeed', 'Change a published need; it goes back to review'),
];
