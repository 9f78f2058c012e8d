import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import {
  erasureBody,
  erasurePage,
  erasureQuery,
  erasureSchema,
  executeBody,
  exportBody,
  exportSchema,
} from '../../contracts/http/data-request.ts';
import { fieldProblem, problem } from '../../contracts/problems.ts';
import { personsIn } from '../../domain/access/disclosure.ts';
import { keptAfterErasure } from '../../domain/retention/classes.ts';
import { verifyPassword } from '../../infra/passwords.ts';
import { loadRetention } from '../../infra/retention.ts';
import { archivePlace, type DataRequestRecord } from '../../models/data-request.ts';
import { isDuplicateKey } from '../../models/command.ts';
import type { Blockers } from '../../models/erasure.ts';
import { inTransaction } from '../../models/transaction.ts';
import { checkedReason } from '../case-command.ts';
import { afterKeys, pagingOf } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { binary, defineRoute, type AnyRoute, type Caller } from '../route.ts';
import { found } from './account/record.ts';

/** A person's own data: a copy of all of it, and its erasure. Both only after he has shown once more who he is. */

const DAY = 86_400_000;
const { days, erasureWaitDays } = loadRetention();
const SIGNED_IN = { signedIn: true, scope: 'own' } as const;

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

const exportView = ({ _id, stage, createdAt, doneAt }: DataRequestRecord): z.input<typeof exportSchema> => ({
  id: _id,
  stage: stage as 'queued' | 'ready' | 'failed' | 'expired',
  createdAt: createdAt.toISOString(),
  readyAt: stage === 'ready' ? iso(doneAt) : null,
  expiresAt: stage === 'ready' ? new Date(createdAt.getTime() + days.dataExports * DAY).toISOString() : null,
});

const erasureFields = ({ _id, stage, householdId, createdAt, dueAt, doneAt, blockedBy }: DataRequestRecord) => ({
  id: _id,
  stage: stage as 'waiting' | 'done' | 'cancelled',
  household: householdId !== null,
  createdAt: createdAt.toISOString(),
  dueAt: iso(dueAt),
  doneAt: iso(doneAt),
  blockedBy,
});

const erasureView = (request: DataRequestRecord): z.input<typeof erasureSchema> => ({
  ...erasureFields(request),
  kept: keptAfterErasure(),
});

/** @throws Problem WRONG_CREDENTIALS */
async function assertHimself(
  deps: ApiDeps,
  services: { limits: { mayTryPassword(key: string): Promise<void>; wrongPassword(key: string): Promise<void> } },
  { accountId }: Caller,
  password: string,
): Promise<void> {
  const account = await found(deps, accountId);
  await services.limits.mayTryPassword(account.phoneIndex);
  if (await verifyPassword(password, account.passwordHash, deps.config.profile)) return;
  await services.limits.wrongPassword(account.phoneIndex);
  throw fieldProblem('WRONG_CREDENTIALS', '/body/password', 'not your password');
}

/** Inserts it; a repeat of the same request finds it, and a second open one is refused. @throws Problem ALREADY_DONE */
async function inserted({ models }: ApiDeps, record: DataRequestRecord): Promise<DataRequestRecord> {
  try {
    await models.dataRequests.requests.insertOne(record);
    return record;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const known = await models.dataRequests.find(record._id);
    if (known === null) throw problem('ALREADY_DONE');
    return known;
  }
}

const requestExport = defineRoute({
  method: 'post',
  path: '/v1/my/data-exports',
  operationId: 'requestDataExport',
  summary: 'Ask for a copy of all your data; it is ready within a minute, and for a week',
  tags: ['Accounts'],
  access: SIGNED_IN,
  rate: 'signIn',
  request: { body: exportBody },
  responses: { 202: exportSchema },
  problems: ['WRONG_CREDENTIALS', 'ALREADY_DONE'],
  audit: 'data.export.request',
  async handler({ deps, services, caller, body, now, newId }) {
    await assertHimself(deps, services, caller, body.password);
    const { accountId, householdId } = caller;
    const record: DataRequestRecord = {
      ...{ _id: newId('export'), kind: 'export', accountId, householdId, stage: 'queued', open: true, dueAt: null },
      ...{ blockedBy: null, doneAt: null, doneBy: null, archive: null, createdAt: new Date(now) },
    };
    return { status: 202, body: exportView(await inserted(deps, record)) };
  },
});

/** His own only. @throws Problem NOT_FOUND */
async function ownExport({ models }: ApiDeps, exportId: string, { accountId }: Caller): Promise<DataRequestRecord> {
  const request = await models.dataRequests.find(exportId);
  if (request?.kind !== 'export' || request.accountId !== accountId) throw problem('NOT_FOUND');
  return request;
}
const exportParams = z.strictObject({ exportId: id });

const getExport = defineRoute({
  method: 'get',
  path: '/v1/my/data-exports/{exportId}',
  operationId: 'getDataExport',
  summary: 'How far your copy is',
  tags: ['Accounts'],
  access: SIGNED_IN,
  request: { params: exportParams },
  responses: { 200: exportSchema },
  async handler({ deps, params: { exportId }, caller }) {
    return { status: 200, body: exportView(await ownExport(deps, exportId, caller)) };
  },
});

const downloadExport = defineRoute({
  method: 'get',
  path: '/v1/my/data-exports/{exportId}/archive',
  operationId: 'downloadDataExport',
  summary: 'Your copy, as JSON',
  tags: ['Accounts'],
  access: SIGNED_IN,
  rate: 'export',
  request: { params: exportParams },
  responses: { 200: binary('application/json', 'Everything that Bangfu has about you') },
  problems: ['GONE'],
  audit: 'data.export.download',
  async handler({ deps, params: { exportId }, caller, now }) {
    const request = await ownExport(deps, exportId, caller);
    const expired = request.createdAt.getTime() + days.dataExports * DAY <= now;
    if (request.stage === 'expired' || expired) throw problem('GONE');
    if (request.archive === null) throw problem('NOT_FOUND', { detail: 'it is not ready' });
    const body = deps.crypto.fields.openBytes(archivePlace(exportId), request.archive);
    const headers = {
      'Content-Disposition': `attachment; filename="bangfu-${exportId}.json"`,
      'Cache-Control': 'no-store',
    };
    return { status: 200, headers, body };
  },
});

/** @throws Problem ERASURE_BLOCKED telling how many of what are open */
function assertFree(blocked: Blockers | null): void {
  if (blocked !== null) throw problem('ERASURE_BLOCKED', { members: { blockedBy: { ...blocked } } });
}

const requestErasure = defineRoute({
  method: 'post',
  path: '/v1/my/erasure',
  operationId: 'requestErasure',
  summary: 'Ask to be erased: the answer says when, and what stays and why',
  description:
    'Your needs, pledges and applications must have ended, and offices be given back: ERASURE_BLOCKED counts what is open. ' +
    'Until the day named you can change your mind.',
  tags: ['Accounts'],
  access: SIGNED_IN,
  rate: 'signIn',
  request: { body: erasureBody },
  responses: { 202: erasureSchema },
  problems: ['WRONG_CREDENTIALS', 'ERASURE_BLOCKED', 'ALREADY_DONE'],
  audit: 'data.erasure.request',
  async handler({ deps, services, caller, body, now, newId }) {
    await assertHimself(deps, services, caller, body.password);
    const subject = { accountId: caller.accountId, householdId: body.household ? caller.householdId : null };
    assertFree(await deps.models.erasures.blockers(subject));
    const record: DataRequestRecord = {
      ...{ _id: newId('erasure'), kind: 'erasure', ...subject, stage: 'waiting', open: true },
      ...{ dueAt: new Date(now + erasureWaitDays * DAY), blockedBy: null, doneAt: null, doneBy: null },
      ...{ archive: null, createdAt: new Date(now) },
    };
    return { status: 202, body: erasureView(await inserted(deps, record)) };
  },
});

const getErasure = defineRoute({
  method: 'get',
  path: '/v1/my/erasure',
  operationId: 'getErasure',
  summary: 'Your request to be erased, and what will stay and why',
  tags: ['Accounts'],
  access: SIGNED_IN,
  responses: { 200: erasureSchema },
  async handler({ deps, caller }) {
    const request = await deps.models.dataRequests.newest(caller.accountId, 'erasure');
    if (request === null) throw problem('NOT_FOUND');
    return { status: 200, body: erasureView(request) };
  },
});

const cancelErasure = defineRoute({
  method: 'delete',
  path: '/v1/my/erasure',
  operationId: 'cancelErasure',
  summary: 'Change your mind before you are erased',
  tags: ['Accounts'],
  access: SIGNED_IN,
  idempotency: { none: 'A second time there is nothing to cancel.' },
  responses: { 200: erasureSchema },
  audit: 'data.erasure.cancel',
  async handler({ deps, caller, now }) {
    const { newest, move, find } = deps.models.dataRequests;
    const request = await newest(caller.accountId, 'erasure');
    if (request?.stage !== 'waiting') throw problem('NOT_FOUND');
    const change = { stage: 'cancelled' as const, doneAt: new Date(now), doneBy: caller.accountId };
    if (!(await move(request._id, 'waiting', change))) throw problem('NOT_FOUND');
    return { status: 200, body: erasureView((await find(request._id)) ?? request) };
  },
});

const listErasures = defineRoute({
  method: 'get',
  path: '/v1/operator/erasures',
  operationId: 'listErasures',
  summary: 'Requests to be erased, the oldest first',
  tags: ['Operations'],
  access: { roles: ['operator'], scope: 'none' },
  request: { query: erasureQuery },
  responses: { 200: erasurePage },
  problems: ['INVALID_CURSOR'],
  audit: 'data.erasure.list',
  personal: 'administration',
  async handler({ deps, query, actor }) {
    const { stage = 'waiting' } = query;
    const keysOf = (row: DataRequestRecord) => [row.createdAt.getTime(), row._id];
    const paging = pagingOf<DataRequestRecord>(deps.crypto, `erasures ${stage}`, query, keysOf);
    const rows = await deps.models.dataRequests.requests
      .find({ $and: [{ kind: 'erasure', stage }, afterKeys('createdAt', 'asc', paging.keys)] }, { maxTimeMS: 3000 })
      .sort({ createdAt: 1, _id: 1 })
      .limit(paging.fetch)
      .toArray();
    const { page, next } = paging.cut(rows);
    const items = page.map((row) => ({ ...erasureFields(row), accountId: row.accountId }));
    return { status: 200, persons: personsIn(actor, page), body: { items, next } };
  },
});

const executeErasure = defineRoute({
  method: 'post',
  path: '/v1/operator/erasures/{erasureId}/execute',
  operationId: 'executeErasure',
  summary: 'Erase a person before the day named, e.g. because he asked for it in person',
  tags: ['Operations'],
  access: { roles: ['operator'], scope: 'region' },
  request: { params: z.strictObject({ erasureId: id }), body: executeBody },
  responses: { 200: erasureSchema },
  problems: ['ERASURE_BLOCKED', 'ALREADY_DONE', 'OWN_ACCOUNT', 'REASON_LENGTH'],
  audit: 'data.erasure.execute',
  async handler({ deps, services, params: { erasureId }, body, caller, now }) {
    const { dataRequests, erasures, db } = deps.models;
    const request = await dataRequests.find(erasureId);
    if (request?.kind !== 'erasure') throw problem('NOT_FOUND');
    checkedReason(deps, body.reason);
    if (request.accountId === caller.accountId) throw problem('OWN_ACCOUNT');
    if (request.stage !== 'waiting') throw problem('ALREADY_DONE');
    assertFree(await erasures.blockers(request));
    await inTransaction(db, (session) => erasures.erase(request, new Date(now), session));
    await dataRequests.move(erasureId, 'waiting', { stage: 'done', doneAt: new Date(now), doneBy: caller.accountId });
    await services.sessions.endAll(request.accountId, 'erased');
    return { status: 200, body: erasureView((await dataRequests.find(erasureId)) ?? request) };
  },
});

export const dataRequestRoutes: readonly AnyRoute[] = [
  requestExport,
  getExport,
  downloadExport,
  requestErasure,
  getErasure,
  cancelErasure,
  listErasures,
  executeErasure,
];
