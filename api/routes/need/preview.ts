import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { bodies } from '../../../contracts/http/need-commands.ts';
import { previewSchema } from '../../../contracts/http/need.ts';
import { problem } from '../../../contracts/problems.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import type { NeedState } from '../../../domain/need/types.ts';
import { addDays } from '../../../domain/time/calendar.ts';
import type { NeedRecord } from '../../../models/need.ts';
import { caseCommandRoute, loadInScope, type PersonalAccess } from '../../case-command.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { publicDetail } from './views.ts';

/** The household's own word on what the public sees of it. */

const params = z.strictObject({ needId: id });
const PARTY: PersonalAccess = { signedIn: true, scope: 'party' };

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
    const { need: policy, pledge, shared } = deps.reference.policyIn(need.regionPath, now);
    const expiresAt = addDays(now, policy.lifetimeDays[need.urgency], shared.time);
    const shown = publicDetail(asPublished(need, now, expiresAt), deps.reference.categories, {
      now,
      holdDays: pledge.holdDays,
      signedIn: false,
    });
    const consent = consentView(need, (record?.state as NeedState | undefined) ?? null);
    return { status: 200, etag: need.rev, persons: personsIn(actor, [need]), body: { ...consent, need: shown } };
  },
});

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

const approvePreview = caseCommandRoute({
  caseType: 'need',
  command: 'giveConsent',
  path: '/v1/needs/{needId}/consent',
  operationId: 'approvePreview',
  summary: 'The household agrees to what the public sees; also after it had taken its consent back',
  tag: 'Needs',
  access: PARTY,
  params,
  caseId: 'needId',
  body: bodies.giveConsent,
  audit: 'need.consent.give',
  problems: ['PREVIEW_OUTDATED', 'ALREADY_DONE'],
  message({ body: { revisionId } }, need) {
    if (revisionId !== need.revisionId) throw problem('PREVIEW_OUTDATED');
    return { data: { revisionId } };
  },
});

const revokeConsent = caseCommandRoute({
  caseType: 'need',
  command: 'revokeConsent',
  path: '/v1/needs/{needId}/consent/revoke',
  operationId: 'revokeConsent',
  summary: 'The household takes its consent back: the need is withdrawn, or paused while donors are at it',
  description:
    'From then on the public sees nothing of it. What was sent still arrives. Only the household can consent again; if it ' +
    'does not, what nobody has sent is withdrawn at the end of the pause. No entitlement depends on it.',
  tag: 'Needs',
  access: PARTY,
  params,
  caseId: 'needId',
  audit: 'need.consent.revoke',
  problems: ['ALREADY_DONE'],
});

export const previewRoutes: readonly AnyRoute[] = [previewNeed, approvePreview, revokeConsent];
