import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { exportBody, exportSchema } from '../../../contracts/http/data-request.ts';
import { problem } from '../../../contracts/problems.ts';
import { loadRetention } from '../../../infra/retention.ts';
import { archivePlace, type DataRequestRecord } from '../../../models/data-request.ts';
import type { ApiDeps } from '../../deps.ts';
import { binary, defineRoute, type AnyRoute, type Caller } from '../../route.ts';
import { assertHimself, DAY_MS, inserted, iso, SIGNED_IN } from './himself.ts';

const { days } = loadRetention();

const exportView = ({ _id, stage, createdAt, doneAt }: DataRequestRecord): z.input<typeof exportSchema> => ({
  id: _id,
  stage: stage as 'queued' | 'ready' | 'failed' | 'expired',
  createdAt: createdAt.toISOString(),
  readyAt: stage === 'ready' ? iso(doneAt) : null,
  expiresAt: stage === 'ready' ? new Date(createdAt.getTime() + days.dataExports * DAY_MS).toISOString() : null,
});

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
  problems: ['WRONG_CREDENTIALS', 'DATA_BY_ANOTHERS_PHONE', 'ALREADY_DONE'],
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
    const expired = request.createdAt.getTime() + days.dataExports * DAY_MS <= now;
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

export const dataCopyRoutes: readonly AnyRoute[] = [requestExport, getExport, downloadExport];
