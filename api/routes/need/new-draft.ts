import type { z } from 'zod';
import type { draftInput } from '../../../contracts/http/need-input.ts';
import { fieldProblem } from '../../../contracts/problems.ts';
import type { Instant } from '../../../domain/kernel/types.ts';
import { addDays } from '../../../domain/time/calendar.ts';
import type { HouseholdRecord } from '../../../models/household.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Caller } from '../../route.ts';
import { assertOwnPhotos } from '../photo-use.ts';
import { assertMayPost, consentFrom, contentFrom, EMPTY_CONTENT, payeeFrom, termsFor } from './content.ts';

/** A draft's record, as its publisher writes it. */

/** Of a policy that says nothing of drafts. */
const DRAFT_DAYS = 30;

interface Ids {
  readonly needId: string;
  newId(label: string): string;
}

/** @throws Problem HOUSEHOLD_NOT_YOURS, PHOTO_UNKNOWN */
export async function newDraft(
  deps: ApiDeps,
  caller: Caller,
  body: z.output<typeof draftInput>,
  now: Instant,
  { needId, newId }: Ids,
): Promise<NeedRecord> {
  const { householdId, relation, consent, kind, payee, ...written } = body;
  const household = await deps.models.households.find(householdId);
  if (household === null) throw fieldProblem('HOUSEHOLD_NOT_YOURS', '/body/householdId', 'not a household of yours');
  if (relation === 'helperCadre' && household.helperId === null && (await isNamedHelper(deps, caller, household))) {
    household.helperId = caller.accountId;
  }
  const said = consentFrom(consent);
  await assertMayPost(deps, caller, household, { relation, consent: said });
  const content = contentFrom(written, EMPTY_CONTENT, newId);
  await assertOwnPhotos(deps, caller.accountId, content.photos, '/body/photos');
  await assertOwnPhotos(deps, caller.accountId, proofOf(payee), '/body/payee/proof');
  const at = new Date(now);
  const policy = deps.reference.policyIn(household.regionPath, now);
  const regionNames = deps.reference.regions.names(household.regionPath);
  return {
    _id: needId,
    rev: 1,
    stage: 'draft',
    seq: 0,
    stageSince: at,
    dueAt: null,
    waitingOn: 'publisher',
    reviewLevel: null,
    reviewAssigneeId: null,
    publishedAt: null,
    expiresAt: null,
    revisionId: newId('revision'),
    kind,
    payee: payeeFrom(deps, needId, payee),
    householdId,
    publisherId: caller.accountId,
    helperId: household.helperId,
    recipientPublicName: household.publicName,
    relation,
    regionPath: household.regionPath,
    regionNames,
    consent: said,
    tallyVersion: 0,
    openPledges: 0,
    progress: { committed: 'none', sent: 'none', received: 'none' },
    policyVersion: policy.version,
    searchTerms: termsFor(deps, content, regionNames),
    submittedAt: null,
    draftExpiresAt: new Date(addDays(now, policy.need.draftDays ?? DRAFT_DAYS, policy.shared.time)),
    createdAt: at,
    updatedAt: at,
    ...content,
  };
}

/** A day more: a draft past its time can still be submitted until the sweeper comes. */
const AFTER_DRAFT_MS = 86_400_000;

/** The photos and the recording that a draft names live as long as it. */
export async function keepForDraft({ models }: ApiDeps, draft: NeedRecord): Promise<void> {
  const { draftExpiresAt, publisherId, consent } = draft;
  if (draftExpiresAt === undefined) return;
  const until = new Date(draftExpiresAt.getTime() + AFTER_DRAFT_MS);
  const paper = consent?.kind === 'paper' ? [consent.reference] : [];
  await models.photos.keepUntil([...draft.photos, ...paper, ...proofOf(draft.payee)], publisherId, until);
  if (consent?.kind === 'recording') await models.recordings.keepUntil([consent.reference], publisherId, until);
}

export const proofOf = (payee: { readonly proof: string | null } | null | undefined): string[] =>
  payee?.proof == null ? [] : [payee.proof];

/** The register names helpers by phone: one who registered after the import is tied to his households at first use. */
async function isNamedHelper({ models }: ApiDeps, caller: Caller, household: HouseholdRecord): Promise<boolean> {
  const { helperPhoneIndex } = household;
  if (helperPhoneIndex === null || !caller.grants.some((grant) => grant.role === 'helper')) return false;
  const account = await models.accounts.find(caller.accountId);
  if (account?.phoneIndex !== helperPhoneIndex) return false;
  await models.households.linkHelper(helperPhoneIndex, caller.accountId);
  return true;
}
