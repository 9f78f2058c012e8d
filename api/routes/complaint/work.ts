import { complaintListQuery, complaintPage } from '../../../contracts/http/complaint.ts';
import { himself } from '../../../domain/access/scope.ts';
import type { ComplaintRecord } from '../../../models/complaint.ts';
import { duePage } from '../../date-page.ts';
import { defineRoute } from '../../route.ts';
import { asWorker, type Worker } from '../../ties.ts';
import { turnOf } from '../../turn.ts';
import { complaintRowOf } from './views.ts';

/** Nobody finds what is about him, or what he or his household has said, among his work. */
export function complaintFilter(actor: Worker) {
  return turnOf<ComplaintRecord>(actor, 'handlingLevel', {
    open: true,
    stage: 'handling',
    complainantId: { $ne: actor.id },
    accusedIds: { $nin: [...himself(actor)] },
    householdId: { $nin: [...actor.ties.own] },
  });
}

export const listComplaints = defineRoute({
  method: 'get',
  path: '/v1/work-list/complaints',
  operationId: 'listComplaintsToHandle',
  summary: 'Complaints that wait for your level, earliest deadline first',
  tags: ['Work list'],
  access: { roles: ['cadre', 'operator'], scope: 'none' },
  request: { query: complaintListQuery },
  responses: { 200: complaintPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.complaints',
  personal: 'complaint',
  handler: async (ctx) =>
    duePage(ctx, 'complaints', {
      collection: ctx.deps.models.complaints.complaints,
      filter: complaintFilter(await asWorker(ctx.deps, ctx.actor)),
      rowOf: complaintRowOf,
    }),
});
