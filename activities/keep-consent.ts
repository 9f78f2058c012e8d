import type { ClientSession, Connection } from 'mongoose';
import type { CaseEvent } from '../domain/kernel/types.ts';
import { householdRepository, type HouseholdConsent } from '../models/household.ts';
import type { NeedRecord } from '../models/need.ts';
import { photoRepository } from '../models/photo.ts';

/**
 * The household's own word about a need becomes part of its record, in the transaction that records it: what it approved,
 * and what it has taken back, the evidence that its need was posted with included.
 */
export function createKeepConsent(db: Connection) {
  const { add, revoke } = householdRepository(db).consents;
  const photos = photoRepository(db);

  return async function keepConsent(need: NeedRecord, events: readonly CaseEvent[], session: ClientSession) {
    for (const { type, data, actor, at } of events) {
      const now = new Date(at);
      if (type === 'consentGiven') {
        const photo = data['photo'] as string | undefined;
        const evidence =
          photo === undefined
            ? ({ kind: 'preview', reference: data['revisionId'] as string } as const)
            : ({ kind: 'paper', reference: photo } as const);
        const preview = { purpose: 'publication', needId: need._id, ...evidence } as const;
        await add(need.householdId, { ...preview, givenAt: now, takenBy: actor.id, revokedAt: null }, session);
        if (photo !== undefined) await photos.use([photo], actor.id, { kind: 'need', id: need._id }, session);
      }
      if (type === 'consentRevoked') {
        const known = await revoke(need.householdId, { needId: need._id, reference: referenceOf(need) }, now, session);
        if (!known) await add(need.householdId, { ...evidenceOf(need), revokedAt: now }, session);
      }
    }
  };
}

/** The household's own posting has no evidence but its publisher's doing. */
const referenceOf = ({ consent, revisionId }: NeedRecord): string => consent?.reference ?? revisionId;

/** What the need was posted with, where the household's record does not have it yet. */
const evidenceOf = (need: NeedRecord): Omit<HouseholdConsent, 'revokedAt'> => ({
  purpose: 'posting',
  kind: need.consent === null ? 'own' : need.consent.kind === 'smsCode' ? 'sms' : need.consent.kind,
  reference: referenceOf(need),
  needId: need._id,
  givenAt: need.consent?.givenAt ?? need.submittedAt ?? need.createdAt,
  takenBy: need.publisherId,
});
