import type { ClientSession } from 'mongoose';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import type { Instant } from '../../../domain/kernel/types.ts';
import type { HouseholdRecord } from '../../../models/household.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import { assertConsentByCode, assertConsentStands } from '../household-session/consent.ts';
import { assertOwnPhotos } from '../photo-use.ts';
import { assertConsentRecorded, recordingUnknown } from '../recording.ts';

/** What proves that a household agrees to what is posted for it: checked when it comes, and kept with the need. */

type Evident = Pick<NeedRecord, '_id' | 'consent' | 'householdId' | 'publisherId' | 'regionPath'>;

export const paperOf = ({ consent }: Pick<NeedRecord, 'consent'>): string[] =>
  consent?.kind === 'paper' ? [consent.reference] : [];

/** @throws Problem CONSENT_UNKNOWN, PHOTO_UNKNOWN, PHOTO_REUSED */
export async function assertEvidence(
  deps: ApiDeps,
  household: HouseholdRecord,
  need: Evident,
  now: Instant,
): Promise<void> {
  assertConsentStands(household, need);
  await assertConsentByCode(deps, need, now);
  await assertConsentRecorded(deps, need);
  await assertOwnPhotos(deps, need.publisherId, paperOf(need), '/body/consent/reference');
  await assertOwnPaper(deps, need);
}

/** One household's signature says nothing of another's. @throws Problem PHOTO_REUSED */
async function assertOwnPaper({ models }: ApiDeps, need: Evident): Promise<void> {
  const [paper] = await models.photos.findMany(paperOf(need));
  if (paper === undefined) return;
  const same = [paper, ...(await models.photos.findSame(paper))];
  const elsewhere = await models.needs.needs.findOne(
    {
      _id: { $in: same.flatMap(({ usedBy }) => usedBy.filter(({ kind }) => kind === 'need').map(({ id }) => id)) },
      householdId: { $ne: need.householdId },
      'consent.reference': { $in: same.map(({ _id }) => _id) },
      stage: { $nin: ['withdrawn', 'cancelled'] },
    } as object,
    { projection: { _id: 1 }, maxTimeMS: 3000 },
  );
  if (elsewhere !== null) {
    throw fieldProblem('PHOTO_REUSED', '/body/consent/reference', 'another household has agreed by this paper');
  }
}

/** It may have been erased, or deleted, since it was looked at. @throws Problem PHOTO_UNKNOWN, CONSENT_UNKNOWN */
export async function useEvidence({ models }: ApiDeps, need: Evident, session: ClientSession): Promise<void> {
  const use = { kind: 'need' as const, id: need._id };
  if (!(await models.photos.use(paperOf(need), need.publisherId, use, session))) throw problem('PHOTO_UNKNOWN');
  const { consent } = need;
  if (consent?.kind === 'recording' && !(await models.recordings.use(consent.reference, need._id, session)))
    throw recordingUnknown();
}
