import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import {
  erasureBody,
  erasurePage,
  erasureQuery,
  erasureSchema,
  executeBody,
  paperErasureBody,
} from '../../../contracts/http/data-request.ts';
import { problem } from '../../../contracts/problems.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import type { Instant } from '../../../domain/kernel/types.ts';
import { keptAfterErasure } from '../../../domain/retention/classes.ts';
import { loadRetention } from '../../../infra/retention.ts';
import type { DataRequestRecord } from '../../../models/data-request.ts';
import type { Blockers, Subject } from '../../../models/erasure.ts';
import { checkedReason } from '../../case-command.ts';
import { afterKeys, pagingOf } from '../../cursor.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { tieTo } from '../../ties.ts';
import { assertHimself, DAY_MS, inserted, iso, SIGNED_IN } from './himself.ts';
import { tellHousehold } from './tell-household.ts';

const { erasureWaitDays } = loadRetention();

const erasureFields = ({ _id, stage, householdId, createdAt, dueAt, doneAt, blockedBy }: DataRequestRecord) => ({
  id: _id,
  stage: stage as 'waiting' | 'done' | 'cancelled',
  household: householdId !== null,
  createdAt: createdAt.toISOString(),
  dueAt: iso(dueAt),
  doneAt: iso(doneAt),
  blockedBy: blockedBy && { ...NOTHING_OPEN, ...blockedBy },
});

/** Requests of old have not counted everything. */
const NOTHING_OPEN: Blockers = { openNeeds: 0, openPledges: 0, openApplications: 0, openComplaints: 0, offices: 0 };

const erasureView = (request: DataRequestRecord): z.input<typeof erasureSchema> => ({
  ...erasureFields(request),
  kept: keptAfterErasure(),
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
    'Your needs, pledges, applications and complaints must have ended, and offices be given back: ERASURE_BLOCKED counts what is open. ' +
    'Until the day named you can change your mind.',
  tags: ['Accounts'],
  access: SIGNED_IN,
  rate: 'signIn',
  request: { body: erasureBody },
  responses: { 202: erasureSchema },
  problems: ['WRONG_CREDENTIALS', 'DATA_BY_ANOTHERS_PHONE', 'ERASURE_BLOCKED', 'ALREADY_DONE'],
  audit: 'data.erasure.request',
  async handler({ deps, services, caller, body, now, newId }) {
    await assertHimself(deps, services, caller, body.password);
    const whole = body.household || caller.byNumber === true;
    const subject = { accountId: caller.accountId, householdId: whole ? caller.householdId : null };
    return { status: 202, body: erasureView(await askErasure(deps, newId('erasure'), subject, now)) };
  },
});

/** @throws Problem ERASURE_BLOCKED, ALREADY_DONE */
async function askErasure(
  deps: ApiDeps,
  _id: string,
  subject: Subject,
  now: Instant,
  paper?: string,
): Promise<DataRequestRecord> {
  assertFree(await deps.models.erasures.blockers(subject));
  const request = await inserted(deps, {
    ...{ _id, kind: 'erasure', ...subject, stage: 'waiting', open: true },
    ...{ dueAt: new Date(now + erasureWaitDays * DAY_MS), blockedBy: null, doneAt: null, doneBy: null },
    ...{ archive: null, createdAt: new Date(now), ...(paper !== undefined && { paper }) },
  });
  await tellHousehold(deps, request);
  return request;
}

const requestErasureOnPaper = defineRoute({
  method: 'post',
  path: '/v1/operator/erasures',
  operationId: 'requestErasureOnPaper',
  summary: 'Enter the request of a household that has neither account nor phone: it asked in person, on paper',
  description: 'Carried out like any other: on its day, or earlier by `executeErasure`.',
  tags: ['Operations'],
  access: { roles: ['operator'], scope: 'region' },
  request: { body: paperErasureBody },
  responses: { 202: erasureSchema },
  problems: ['ERASURE_BLOCKED', 'ALREADY_DONE', 'OWN_ACCOUNT', 'REASON_LENGTH'],
  audit: 'data.erasure.paper',
  async handler({ deps, body: { householdId, reason }, caller, now, newId }) {
    checkedReason(deps, reason);
    const household = await deps.models.households.find(householdId);
    if (household === null || household.erasedAt !== null) throw problem('NOT_FOUND');
    if ((await tieTo(deps, [caller.accountId], householdId)) === 'own') throw problem('OWN_ACCOUNT');
    const subject = { accountId: householdId, householdId };
    return { status: 202, body: erasureView(await askErasure(deps, newId('erasure'), subject, now, reason)) };
  },
});

const getErasure = defineRoute({
  method: 'get',
  path: '/v1/my/erasure',
  operationId: 'getErasure',
  summary: 'Your request to be erased, or your household’s, and what will stay and why',
  tags: ['Accounts'],
  access: SIGNED_IN,
  responses: { 200: erasureSchema },
  async handler({ deps, caller }) {
    const request = await deps.models.dataRequests.newestErasure(caller.accountId, caller.householdId);
    if (request === null) throw problem('NOT_FOUND');
    return { status: 200, body: erasureView(request) };
  },
});

const cancelErasure = defineRoute({
  method: 'delete',
  path: '/v1/my/erasure',
  operationId: 'cancelErasure',
  summary: 'Change your mind before you are erased; anybody of a household may, for all of it',
  tags: ['Accounts'],
  access: SIGNED_IN,
  idempotency: { none: 'A second time there is nothing to cancel.' },
  responses: { 200: erasureSchema },
  audit: 'data.erasure.cancel',
  async handler({ deps, caller, now }) {
    const { newestErasure, move, find } = deps.models.dataRequests;
    const request = await newestErasure(caller.accountId, caller.householdId);
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
    const items = page.map((row) => ({
      ...erasureFields(row),
      ...{ accountId: row.accountId, paper: row.paper ?? null },
    }));
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
    const { dataRequests, erasures } = deps.models;
    const request = await dataRequests.find(erasureId);
    if (request?.kind !== 'erasure') throw problem('NOT_FOUND');
    checkedReason(deps, body.reason);
    if (request.accountId === caller.accountId) throw problem('OWN_ACCOUNT');
    if (request.stage !== 'waiting') throw problem('ALREADY_DONE');
    assertFree(await erasures.blockers(request));
    const by = { doneBy: caller.accountId, reason: body.reason };
    if (!(await erasures.carryOut(request, by, new Date(now)))) throw problem('ALREADY_DONE');
    await services.sessions.endAll(request.accountId, 'erased');
    return { status: 200, body: erasureView((await dataRequests.find(erasureId)) ?? request) };
  },
});

export const erasureRoutes: readonly AnyRoute[] = [
  requestErasure,
  requestErasureOnPaper,
  getErasure,
  cancelErasure,
  listErasures,
  executeErasure,
];
