import type { z } from 'zod';
import { accessesPage, accessesQuery, auditPage, auditQuery, type auditRow } from '../../contracts/http/audit.ts';
import { accountRef, householdRef, purposeText, readingText } from '../../domain/access/disclosure.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import type { AuditRecord } from '../../models/audit.ts';
import { afterKeys, pagingOf } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

/** Who looked at what, and why: for operators who supervise, and for the person whose data it is. */

const keysOf = ({ at, _id }: AuditRecord) => [at.getTime(), String(_id)];

const searchAudit = defineRoute({
  method: 'get',
  path: '/v1/operator/audit',
  operationId: 'searchAudit',
  summary: 'The audit trail by person read, reader, action and time, newest first; searching leaves a trace too',
  tags: ['Operations'],
  access: { roles: ['operator'], scope: 'none' },
  rate: 'search',
  request: { query: auditQuery },
  responses: { 200: auditPage },
  problems: ['INVALID_CURSOR'],
  audit: 'audit.search',
  personal: 'stated',
  async handler({ deps, query }) {
    const { person, reader, action, from, to } = query;
    const list = `audit ${[person, reader, action, from, to].join(' ')}`;
    const paging = pagingOf<AuditRecord>(deps.crypto, list, query, keysOf);
    const rows = await deps.models.audit.search({
      ...(person !== undefined && { persons: [person] }),
      ...(reader !== undefined && { accountId: reader }),
      ...(action !== undefined && { action }),
      ...(from !== undefined && { from: new Date(from) }),
      ...(to !== undefined && { to: new Date(to) }),
      after: afterKeys('at', 'desc', paging.keys),
      limit: paging.fetch,
    });
    const { page, next } = paging.cut(rows);
    // Without a person it is the readers who are looked at.
    const subject = person ?? (reader === undefined ? ANYBODY : accountRef(reader));
    return { status: 200, persons: [subject], body: { items: page.map(rowOf), next } };
  },
});

/** A search over everybody is kept as one. */
const ANYBODY = 'everybody';

const rowOf = (record: AuditRecord): z.input<typeof auditRow> => ({
  id: String(record._id),
  at: record.at.toISOString(),
  action: record.action,
  accountId: record.accountId,
  role: record.actor?.role ?? null,
  level: record.actor?.level ?? null,
  regionCode: record.actor?.regionCode ?? null,
  target: { ...record.target },
  persons: record.persons ?? [],
  purpose: record.purpose ?? null,
  status: record.status,
  requestId: record.requestId,
});

const listMyDataAccesses = defineRoute({
  method: 'get',
  path: '/v1/my/data-accesses',
  operationId: 'listMyDataAccesses',
  summary: 'Who has looked at your data or your household’s, in which office and why, newest first',
  tags: ['Accounts'],
  access: { signedIn: true, scope: 'own' },
  request: { query: accessesQuery },
  responses: { 200: accessesPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, caller }) {
    const { accountId, householdId } = caller;
    const paging = pagingOf<AuditRecord>(deps.crypto, `accesses ${accountId}`, query, keysOf);
    const persons = [accountRef(accountId), ...(householdId === null ? [] : [householdRef(householdId)])];
    const rows = await deps.models.audit.search({
      persons,
      notAccountId: accountId,
      after: afterKeys('at', 'desc', paging.keys),
      limit: paging.fetch,
    });
    const { page, next } = paging.cut(rows);
    const items = page.map((row) => ({
      at: row.at.toISOString(),
      what: readingText(row.action),
      by: officeText(deps, row.actor),
      purpose: purposeText(row.purpose ?? ''),
    }));
    return { status: 200, body: { items, next } };
  },
});

const ROLES: Readonly<Partial<Record<Actor['role'], string>>> = {
  operator: '平台管理员',
  helper: '帮扶干部',
  pointKeeper: '服务点管理员',
  aidUnit: '帮扶单位',
};

/** In which office, without a name: 石城县干部. */
function officeText({ reference }: Pick<ApiDeps, 'reference'>, actor: Actor | null): string {
  if (actor === null) return '平台';
  const place = actor.regionCode === undefined ? '' : (reference.regions.find(actor.regionCode)?.name ?? '');
  return `${place}${ROLES[actor.role] ?? '干部'}`;
}

export const auditRoutes: readonly AnyRoute[] = [searchAudit, listMyDataAccesses];
