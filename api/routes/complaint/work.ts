import type { Filter } from 'mongodb';
import { complaintListQuery, complaintPage } from '../../../contracts/http/complaint.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import type { ComplaintRecord } from '../../../models/complaint.ts';
import { afterKeys, pagingOf } from '../../cursor.ts';
import { defineRoute } from '../../route.ts';
import { complaintRowOf } from './views.ts';

/** Nobody finds what is about him, or what he said himself, among his work. */
export function complaintFilter({ id, role, level, regionCode, standsInFor }: Actor): Filter<ComplaintRecord> {
  const accusedIds = { $nin: standsInFor === undefined ? [id] : [id, standsInFor] };
  const turn = { open: true as const, stage: 'handling' as const, complainantId: { $ne: id }, accusedIds };
  if (role === 'operator') return { ...turn, handlingLevel: 'operator' };
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return { _id: { $in: [] } };
  return { ...turn, regionPath: regionCode, handlingLevel: level };
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
  async handler({ deps, query, actor }) {
    const list = `work complaints ${actor.id} ${actor.regionCode ?? ''}`;
    const paging = pagingOf<ComplaintRecord>(deps.crypto, list, query, (row) => [row.dueAt?.getTime() ?? 0, row._id]);
    const rows = await deps.models.complaints.complaints
      .find({ $and: [complaintFilter(actor), afterKeys('dueAt', 'asc', paging.keys)] }, { maxTimeMS: 3000 })
      .sort({ dueAt: 1, _id: 1 })
      .limit(paging.fetch)
      .toArray();
    const { page, next } = paging.cut(rows);
    return { status: 200, persons: personsIn(actor, page), body: { items: page.map(complaintRowOf), next } };
  },
});
