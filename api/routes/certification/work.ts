import type { Filter } from 'mongodb';
import { certificationListQuery, certificationPage } from '../../../contracts/http/certification.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import type { CertificationRecord } from '../../../models/certification.ts';
import { afterKeys, pagingOf } from '../../cursor.ts';
import { defineRoute } from '../../route.ts';
import { certificationRowOf } from './views.ts';

/** Nobody finds his own request, or one of his household, among his work. */
export function certificationFilter(actor: Actor): Filter<CertificationRecord> {
  const { id, role, level, regionCode, standsInFor = id, householdId } = actor;
  const turn = {
    ...{ open: true as const, stage: 'underReview' as const, applicantId: { $nin: [id, standsInFor] } },
    ...(householdId !== undefined && { householdId: { $ne: householdId } }),
  };
  if (role === 'operator') return { ...turn, reviewLevel: 'operator' };
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return { _id: { $in: [] } };
  return { ...turn, regionPath: regionCode, reviewLevel: level };
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
  async handler({ deps, query, actor }) {
    const list = `work certifications ${actor.id} ${actor.regionCode ?? ''}`;
    const dueOf = (row: CertificationRecord): number => row.dueAt?.getTime() ?? 0;
    const paging = pagingOf<CertificationRecord>(deps.crypto, list, query, (row) => [dueOf(row), row._id]);
    const rows = await deps.models.certifications.certifications
      .find({ $and: [certificationFilter(actor), afterKeys('dueAt', 'asc', paging.keys)] }, { maxTimeMS: 3000 })
      .sort({ dueAt: 1, _id: 1 })
      .limit(paging.fetch)
      .toArray();
    const { page, next } = paging.cut(rows);
    return { status: 200, persons: personsIn(actor, page), body: { items: page.map(certificationRowOf), next } };
  },
});
