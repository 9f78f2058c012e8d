import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { bodies } from '../../../contracts/http/need-commands.ts';
import { previewSchema } from '../../../contracts/http/need.ts';
import { problem } from '../../../contracts/problems.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import { himself } from '../../../domain/access/scope.ts';
import type { NeedState } from '../../../domain/need/types.ts';
import { addDays } from '../../../domain/time/calendar.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { Instant } from '../../../domain/kernel/types.ts';
import { loadInScope } from '../../case-command.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import type { ApiDeps } from '../../deps.ts';
import { assertFreshPhotos, assertOwnPhotos } from '../photo-use.ts';
import { householdPhone, isAnothersPhone, phoneOwner } from '../sms/phones.ts';
import { CADRE, needCommand, PARTY } from './need-command.ts';
import { publicDetail } from './views.ts';

/** The household's own word on what the public sees of it. */

const params = z.strictObject({ needId: id });

const previewNeed = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/preview',
  operationId: 'previewNeed',
  summary: 'What the public sees, or will see, of a need; and whether the household has approved it',
  tags: ['Needs'],
  access: PARTY,
  request: { params },
  responses: { 200: previewSchema },
  audit: 'need.preview',
  personal: 'review',
  async handler({ deps, params: { needId }, actor, now }) {
    const need = await loadInScope(deps, 'need', needId, actor);
    const record = await deps.models.cases.find('need', needId);
    const shown = shownToPublic(deps, need, now);
    const consent = consentView(need, (record?.state as NeedState | undefined) ?? null);
    return { status: 200, etag: need.rev, persons: personsIn(actor, [need]), body: { ...consent, need: shown } };
  },
});

/** Exactly what strangers see of it once it is published. */
export function shownToPublic({ reference }: ApiDeps, need: NeedRecord, now: Instant) {
  const { need: policy, pledge, shared } = reference.policyIn(need.regionPath, now);
  const expiresAt = addDays(now, policy.lifetimeDays[need.urgency], shared.time);
  const asSeen = { now, holdDays: pledge.holdDays, signedIn: false };
  return publicDetail(asPublished(need, now, expiresAt), reference.categories, asSeen);
}

/** As it stands when it is published, where it is not public now. */
function asPublished(need: NeedRecord, now: number, expiresAt: number): NeedRecord {
  if (need.stage === 'published' || need.stage === 'matched') return need;
  const publishedAt = need.publishedAt ?? new Date(now);
  return { ...need, stage: 'published', publishedAt, expiresAt: new Date(expiresAt) };
}

const at = (instant: number | undefined): string | null =>
  instant === undefined ? null : new Date(instant).toISOString();

function consentView({ revisionId }: NeedRecord, state: NeedState | null) {
  const approved = state?.previewApproved?.revisionId === revisionId ? state.previewApproved : undefined;
  return { revisionId, approvedAt: at(approved?.at), revokedAt: at(state?.consentRevoked) };
}

const approvePreview = needCommand({
  command: 'giveConsent',
  path: 'consent',
  operationId: 'approvePreview',
  summary: 'The household agrees to what the public sees; also after it had taken its consent back',
  access: PARTY,
  body: bodies.giveConsent,
  audit: 'need.consent.give',
  problems: ['PREVIEW_OUTDATED', 'ALREADY_DONE', 'PREVIEW_BY_ANOTHERS_PHONE'],
  async message({ deps, caller, body: { revisionId } }, need) {
    if (revisionId !== need.revisionId) throw problem('PREVIEW_OUTDATED');
    if (caller.byNumber === true && (await isAnothersPhone(deps, need))) throw problem('PREVIEW_BY_ANOTHERS_PHONE');
    return { data: { revisionId } };
  },
});

const revokeConsent = needCommand({
  command: 'revokeConsent',
  path: 'consent/revoke',
  operationId: 'revokeConsent',
  summary: 'The household takes its consent back: the need is withdrawn, or paused while donors are at it',
  description:
    'From then on the public sees nothing of it. What was sent still arrives. Only the household can consent again; if it ' +
    'does not, what nobody has sent is withdrawn at the end of the pause. No entitlement depends on it.',
  access: PARTY,
  audit: 'need.consent.revoke',
  problems: ['ALREADY_DONE'],
});

const recordPreview = needCommand({
  command: 'recordPreview',
  path: 'preview/shown',
  operationId: 'recordPreviewShown',
  summary: 'You have shown the preview to a household that has no phone, or does not answer, and it has signed',
  description:
    'With a photo of the signed paper. A household with a phone is visited only when the `answerDays` of the policy are over ' +
    'since it was asked, HOUSEHOLD_HAS_PHONE before; a phone of the publisher or of an official counts as none. ' +
    'Not for the publisher, nor for anybody of the household, its helper or whose own phone is registered for it. The household is told, and may take its consent back as always.',
  access: CADRE,
  body: bodies.recordPreview,
  audit: 'need.preview.record',
  problems: [
    'PREVIEW_OUTDATED',
    'ALREADY_DONE',
    'HOUSEHOLD_HAS_PHONE',
    'CONSENT_REVOKED',
    'OWN_POSTING',
    'HELPED_HOUSEHOLD',
    'PREVIEW_BY_OWN_PHONE',
    'PHOTO_UNKNOWN',
    'PHOTO_REUSED',
  ],
  async message({ deps, body: { revisionId, photo }, caller, actor }, need) {
    await assertOwnPhotos(deps, caller.accountId, [photo], '/body/photo');
    // Nor one of this need: what was posted with it shows no such paper.
    await assertFreshPhotos(deps, [photo], { kind: 'need', id: '' }, '/body/photo');
    const phone = await householdPhone(deps, need.householdId);
    const hasPhone = phone !== null && !(await isAnothersPhone(deps, need));
    const owner = (await phoneOwner(deps, need.householdId))?._id;
    const own = owner !== undefined && himself(actor).includes(owner);
    return { data: { revisionId, photo, hasPhone, ...(own && { ownPhone: true }) } };
  },
});

export const previewRoutes: readonly AnyRoute[] = [previewNeed, approvePreview, recordPreview, revokeConsent];
