import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import { importBody, importList, importSchema } from '../../contracts/http/household.ts';
import { problem } from '../../contracts/problems.ts';
import { isDuplicateKey } from '../../models/command.ts';
import { MAX_IMPORT_BYTES, type ImportRunRecord } from '../../models/import-run.ts';
import type { PersonalAccess } from '../case-command.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

/** The county fills the register, within its own region; operators anywhere. */
const IMPORTER: PersonalAccess = { roles: ['cadre', 'operator'], levels: ['county', 'city', 'province'], scope: 'own' };
const params = z.strictObject({ importId: id });

const view = (run: ImportRunRecord): z.input<typeof importSchema> => ({
  id: run._id,
  status: run.status,
  dryRun: run.dryRun,
  fileBytes: run.fileBytes,
  bytesRead: run.bytesRead,
  counts: {
    rows: run.counts.rows,
    created: run.counts.created,
    updated: run.counts.updated,
    unchanged: run.counts.unchanged,
    failed: run.counts.failed,
  },
  errorTotal: run.errorTotal,
  errors: run.errors.map(({ line, column, code }) => ({ line, column, code })),
  failure: run.failure,
  createdAt: run.createdAt.toISOString(),
  startedAt: run.startedAt?.toISOString() ?? null,
  finishedAt: run.finishedAt?.toISOString() ?? null,
});

const startImport = defineRoute({
  method: 'post',
  path: '/v1/household-imports',
  operationId: 'importHouseholds',
  summary: 'Import a register file (CSV, UTF-8); row by row, so that one faulty row stops no other',
  description: 'Safe to repeat: rows that are in the register already are left as they are. Poll `Location`.',
  tags: ['Households'],
  access: IMPORTER,
  rate: 'upload',
  upload: {
    field: 'file',
    maxFiles: 1,
    maxBytes: MAX_IMPORT_BYTES,
    types: ['text/csv', 'text/plain', 'application/csv', 'application/vnd.ms-excel'],
  },
  request: { body: importBody },
  responses: { 202: importSchema },
  problems: ['UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'],
  audit: 'household.import',
  async handler({ deps, body, files, caller, actor, now, newId }) {
    const [file] = files;
    if (file === undefined) throw problem('INVALID_REQUEST');
    const importId = newId('import');
    const { imports } = deps.models;
    await imports.storeFile(importId, file.bytes, deps.crypto.fields);
    try {
      await imports.insert({
        _id: importId,
        requestedBy: caller.accountId,
        regionCode: actor.role === 'operator' ? null : (actor.regionCode ?? ''),
        dryRun: body.dryRun ?? false,
        fileBytes: file.bytes.length,
        createdAt: new Date(now),
      });
    } catch (error) {
      // The same request came before and its answer was lost.
      if (!isDuplicateKey(error)) throw error;
    }
    await deps.jobs.importHouseholds(importId);
    const run = await imports.find(importId);
    if (run === null) throw problem('NOT_FOUND');
    return { status: 202, headers: { Location: `/v1/household-imports/${importId}` }, body: view(run) };
  },
});

const getImport = defineRoute({
  method: 'get',
  path: '/v1/household-imports/{importId}',
  operationId: 'getHouseholdImport',
  summary: 'How far an import of yours is, and what was wrong with which row',
  tags: ['Households'],
  access: IMPORTER,
  request: { params },
  responses: { 200: importSchema },
  async handler({ deps, params: { importId }, caller }) {
    const run = await deps.models.imports.find(importId);
    if (run === null || run.requestedBy !== caller.accountId) throw problem('NOT_FOUND');
    return { status: 200, body: view(run) };
  },
});

const listImports = defineRoute({
  method: 'get',
  path: '/v1/household-imports',
  operationId: 'listHouseholdImports',
  summary: 'Your last twenty imports, newest first',
  tags: ['Households'],
  access: IMPORTER,
  responses: { 200: importList },
  async handler({ deps, caller }) {
    const runs = await deps.models.imports.of(caller.accountId, 20);
    return { status: 200, body: { items: runs.map((run) => view({ ...run, errors: [] })) } };
  },
});

export const householdImportRoutes: readonly AnyRoute[] = [startImport, getImport, listImports];
