import { z } from 'zod';
import {
  certificationListQuery,
  certificationPage,
  certificationSchema,
  statedPurpose,
} from '../../../contracts/http/certification.ts';
import { id } from '../../../contracts/http/common.ts';
import { timelineSchema } from '../../../contracts/http/need.ts';
import { problem } from '../../../contracts/problems.ts';
import { shownTo } from '../../../domain/access/disclosure.ts';
import { certificationTable } from '../../../domain/certification/table.ts';
import { certificationEventText, certificationPartOf } from '../../../domain/certification/timeline.ts';
import type { CertificationState } from '../../../domain/certification/types.ts';
import { whyCertificationSentence, whyCertificationWaits } from '../../../domain/certification/why-waiting.ts';
import { allowedCommands } from '../../../domain/kernel/table.ts';
import { GONE_WORDS } from '../../../domain/retention/classes.ts';
import type { Sealed } from '../../../infra/crypto/index.ts';
import { certificationPlace, type CertificationWords } from '../../../models/certification.ts';
import { loadInScope } from '../../case-command.ts';
import { datePage } from '../../date-page.ts';
import { binary, defineRoute, type AnyRoute } from '../../route.ts';
import { timelineOf } from '../../timeline.ts';
import { applicantOf } from '../application/read.ts';
import { stored } from '../photo.ts';
import { certificationRowOf } from './views.ts';

const params = z.strictObject({ certificationId: id });

const listMyCertifications = defineRoute({
  method: 'get',
  path: '/v1/my/certifications',
  operationId: 'listMyCertifications',
  summary: 'Your requests for certification, newest first',
  tags: ['Certifications'],
  access: { signedIn: true, scope: 'own' },
  request: { query: certificationListQuery },
  responses: { 200: certificationPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, caller: { accountId: applicantId } }) {
    const list = `certifications ${applicantId}`;
    const { page, next } = await datePage(deps, deps.models.certifications.certifications, {
      list,
      query,
      filter: { applicantId },
      by: 'createdAt',
      order: 'desc',
    });
    return { status: 200, body: { items: page.map(certificationRowOf), next } };
  },
});

const getCertification = defineRoute({
  method: 'get',
  path: '/v1/certifications/{certificationId}',
  operationId: 'getCertification',
  summary: 'One request for certification, for its applicant and for the level that decides it',
  tags: ['Certifications'],
  access: { signedIn: true, scope: 'party' },
  request: { params, query: statedPurpose.partial() },
  responses: { 200: certificationSchema },
  problems: ['PURPOSE_REQUIRED'],
  audit: 'certification.read',
  personal: 'stated',
  async handler({ deps, params: { certificationId }, query, actor }) {
    const record = await loadInScope(deps, 'certification', certificationId, actor);
    // Papers are shown to another only for a reason that he states.
    if (actor.id !== record.applicantId && query.purpose === undefined) throw problem('PURPOSE_REQUIRED');
    const stored = await deps.models.cases.find('certification', certificationId);
    const why = stored === null ? null : whyCertificationWaits(stored.state as CertificationState);
    const body = {
      ...certificationRowOf(record),
      applicant: await applicantOf(deps, record.applicantId),
      statement:
        record.sealed === null
          ? GONE_WORDS
          : deps.crypto.fields.open<CertificationWords>(certificationPlace(certificationId), record.sealed as Sealed)
              .statement,
      photos: record.photos,
      decidedByLevel: record.decidedBy?.level ?? null,
      why: why === null ? '实名认证申请已提交，平台正在安排核实。' : whyCertificationSentence(why),
      allowed: allowedCommands(certificationTable, record.stage),
    };
    return { status: 200, etag: record.rev, persons: shownTo(actor, { accounts: [record.applicantId] }), body };
  },
});

/** Not among the other photos: each look at somebody's papers has its purpose and leaves its trace. */
const getCertificationPhoto = defineRoute({
  method: 'get',
  path: '/v1/certifications/{certificationId}/photos/{photoId}',
  operationId: 'getCertificationPhoto',
  summary: 'A picture of the papers, for the cadres who decide',
  tags: ['Certifications'],
  access: { signedIn: true, scope: 'party' },
  request: { params: params.extend({ photoId: id }), query: statedPurpose },
  responses: { 200: binary('image/*', 'The picture') },
  audit: 'certification.photo.read',
  personal: 'stated',
  async handler({ deps, params: { certificationId, photoId }, actor }) {
    const record = await loadInScope(deps, 'certification', certificationId, actor);
    const photo = record.photos.includes(photoId) ? await deps.models.photos.find(photoId) : null;
    if (photo === null) throw problem('NOT_FOUND');
    const persons = shownTo(actor, { accounts: [record.applicantId] });
    return { ...(await stored(deps, photoId, photo.mime)), persons };
  },
});

const getCertificationTimeline = defineRoute({
  method: 'get',
  path: '/v1/certifications/{certificationId}/timeline',
  operationId: 'getCertificationTimeline',
  summary: 'Everything that happened to a request for certification, in plain Chinese',
  tags: ['Certifications'],
  access: { signedIn: true, scope: 'party' },
  request: { params },
  responses: { 200: timelineSchema },
  audit: 'certification.timeline',
  personal: 'verification',
  async handler({ deps, params: { certificationId }, actor }) {
    const record = await loadInScope(deps, 'certification', certificationId, actor);
    const items = await timelineOf(deps, 'certification', certificationId, certificationEventText, (by) =>
      certificationPartOf(by, record.applicantId),
    );
    const persons = shownTo(actor, { accounts: [record.applicantId] });
    return { status: 200, etag: record.rev, persons, body: { items } };
  },
});

export const certificationReadRoutes: readonly AnyRoute[] = [
  listMyCertifications,
  getCertification,
  getCertificationPhoto,
  getCertificationTimeline,
];
