import { certificationListQuery, certificationPage } from '../../../contracts/http/certification.ts';
import { himself } from '../../../domain/access/scope.ts';
import type { CertificationRecord } from '../../../models/certification.ts';
import { duePage } from '../../date-page.ts';
import { defineRoute } from '../../route.ts';
import { asWorker, type Worker } from '../../ties.ts';
import { turnOf } from '../../turn.ts';
import { certificationRowOf } from './views.ts';

/** Nobody finds his own request, or one of his household or of one that he helps, among his work. */
export function certificationFilter(actor: Worker) {
  return turnOf<CertificationRecord>(actor, 'reviewLevel', {
    open: true,
    stage: 'underReview',
    applicantId: { $nin: [...himself(actor)] },
    householdId: { $nin: [...actor.ties.own, ...actor.ties.helped] },
  });
}

export const listCertifications = defineRoute({
  method: 'get',
  path: '/v1/work-list/certifications',
  operationId: 'listCertificationWork',
  summary: 'Requests for certification that wait for your level, earliest deadline first',
  tags: ['Work list'],
  access: { roles: ['cadre', 'operator'], scope: 'none' },
  request: { query: certificationListQuery },
  responses: { 200: certificationPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.certifications',
  personal: 'verification',
  handler: async (ctx) =>
    duePage(ctx, 'certifications', {
      collection: ctx.deps.models.certifications.certifications,
      filter: certificationFilter(await asWorker(ctx.deps, ctx.actor)),
      rowOf: certificationRowOf,
    }),
});
