import { applicationPage } from '../../../contracts/http/application.ts';
import { boxQuery } from '../../../contracts/http/work-list.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import type { ApplicationRecord } from '../../../models/application.ts';
import { duePage } from '../../date-page.ts';
import { defineRoute } from '../../route.ts';
import { turnOf } from '../../turn.ts';
import { applicationRowOf } from './views.ts';

/** Nobody finds his own application among his work. */
export const applicationFilter = (actor: Actor) =>
  turnOf<ApplicationRecord>(actor, 'reviewLevel', { open: true, stage: 'underReview', applicantId: { $ne: actor.id } });

export const listApplications = defineRoute({
  method: 'get',
  path: '/v1/work-list/applications',
  operationId: 'listApplicationsToDecide',
  summary: 'Applications for an office that wait for your level, earliest deadline first',
  tags: ['Work list'],
  access: { roles: ['cadre', 'operator'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: applicationPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.applications',
  personal: 'review',
  handler: (ctx) =>
    duePage(ctx, 'applications', {
      collection: ctx.deps.models.applications.applications,
      filter: applicationFilter(ctx.actor),
      rowOf: applicationRowOf,
    }),
});
