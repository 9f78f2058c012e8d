import { z } from 'zod';
import { clientId, draftUpload, syncBody, syncedDraft, syncSchema } from '../../../contracts/http/posting.ts';
import { fieldProblem, Problem } from '../../../contracts/problems.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { syncDraft, toldInFull, type Synced, type Upload } from './sync-draft.ts';

const view = (id: string, { result, need }: Synced) => ({
  clientId: id,
  needId: need._id,
  rev: need.rev,
  result,
  stage: need.submittedAt === null ? 'draft' : need.stage,
});

/** @throws Problem INVALID_REQUEST */
export function assertNamedOnce(uploads: readonly Upload[], pointer: string): void {
  const twice = uploads.findIndex((one, i) => uploads.findIndex((other) => other.clientId === one.clientId) < i);
  if (twice >= 0) throw fieldProblem('INVALID_REQUEST', `${pointer}/${twice}/clientId`, 'name each draft once');
}

const putDraft = defineRoute({
  method: 'put',
  path: '/v1/my/drafts/{clientId}',
  operationId: 'putDraft',
  summary: 'Upload a draft under an id that the client made; again and again makes no second one',
  description:
    'Without `baseRev` it begins; with it the content replaces that revision. Changed elsewhere meanwhile: DRAFT_CONFLICT ' +
    'with the revision that the server has. The same content again changes nothing.',
  tags: ['Needs'],
  // The id belongs to whoever names it: somebody else's draft of that name is another one.
  access: { signedIn: true, scope: 'none' },
  request: { params: z.strictObject({ clientId }), body: draftUpload },
  responses: { 200: syncedDraft, 201: syncedDraft },
  problems: ['DRAFT_CONFLICT', 'GONE', 'HOUSEHOLD_NOT_YOURS', 'PHOTO_UNKNOWN'],
  audit: 'need.draft.put',
  async handler({ deps, params, body, caller, now }) {
    const synced = await syncDraft(deps, caller, { clientId: params.clientId, draft: body }, now);
    const answer = { etag: synced.need.rev, body: view(params.clientId, synced) };
    return synced.result === 'created' ? { status: 201, ...answer } : { status: 200, ...answer };
  },
});

const syncDrafts = defineRoute({
  method: 'post',
  path: '/v1/my/drafts/sync',
  operationId: 'syncDrafts',
  summary: 'Upload up to 20 drafts at once, each with its own result',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'own' },
  bodyLimit: 1_000_000,
  request: { body: syncBody },
  responses: { 200: syncSchema },
  audit: 'need.draft.sync',
  async handler({ deps, body, caller, now, language }) {
    assertNamedOnce(body.drafts, '/body/drafts');
    const items = [];
    for (const upload of body.drafts) {
      try {
        const { stage: _stage, ...done } = view(upload.clientId, await syncDraft(deps, caller, upload, now));
        items.push({ ...done, problem: null });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        items.push(undone(upload, error, language));
      }
    }
    return { status: 200, body: { items } };
  },
});

/** What did not go, and what the server has instead. */
export function undone({ clientId: id }: Upload, error: Problem, language: Parameters<typeof toldInFull>[1]) {
  const { needId, rev } = error.options.members ?? {};
  return {
    clientId: id,
    needId: typeof needId === 'string' ? needId : null,
    rev: typeof rev === 'number' ? rev : null,
    result: error.code === 'DRAFT_CONFLICT' ? ('conflict' as const) : ('refused' as const),
    problem: toldInFull(error, language),
  };
}

export const syncRoutes: readonly AnyRoute[] = [putDraft, syncDrafts];
