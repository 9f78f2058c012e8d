import type { z } from 'zod';
import { postingsBody, postingsSchema } from '../../../contracts/http/posting.ts';
import { Problem } from '../../../contracts/problems.ts';
import { defineRoute, type AnyRoute, type Ctx } from '../../route.ts';
import { submitDraft } from './submit-draft.ts';
import { syncDraft, toldInFull, type Upload } from './sync-draft.ts';
import { assertNamedOnce, undone } from './sync.ts';

type PostCtx = Ctx<
  { readonly roles: readonly ['helper', 'cadre']; readonly scope: 'none' },
  { body: typeof postingsBody }
>;
type Result = z.input<typeof postingsSchema>['items'][number];

/** A helper comes back from his round with the needs of several households. */
const postNeeds = defineRoute({
  method: 'post',
  path: '/v1/need-postings',
  operationId: 'postNeeds',
  summary: 'Post up to 20 needs at once, each with its own result',
  description:
    'Each is kept as a draft under the id that the client made, then submitted. What stands against a submission leaves ' +
    'the draft, to be corrected and submitted by itself; sent again, nothing is posted twice.',
  tags: ['Needs'],
  access: { roles: ['helper', 'cadre'], scope: 'none' },
  bodyLimit: 1_000_000,
  request: { body: postingsBody },
  responses: { 200: postingsSchema },
  audit: 'need.postMany',
  async handler(ctx) {
    assertNamedOnce(ctx.body.items, '/body/items');
    const items: Result[] = [];
    // One after the other: needs of one household count against its limits in the order in which they are named.
    for (const upload of ctx.body.items) items.push(await post(ctx, upload));
    return { status: 200, body: { items } };
  },
});

async function post(ctx: PostCtx, upload: Upload): Promise<Result> {
  const { deps, caller, actor, now, language } = ctx;
  try {
    const { need } = await syncDraft(deps, caller, upload, now);
    const told = { clientId: upload.clientId, needId: need._id, rev: need.rev };
    if (need.submittedAt !== null) return { ...told, result: 'submitted', commandId: null, problem: null };
    const commandId = ctx.commandIdFor(upload.clientId);
    try {
      await submitDraft(deps, { need, caller, actor, now, commandId });
      return { ...told, rev: need.rev + 1, result: 'submitted', commandId, problem: null };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { ...told, result: 'draft', commandId: null, problem: toldInFull(error, language) };
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...undone(upload, error, language), commandId: null };
  }
}

export const postingRoutes: readonly AnyRoute[] = [postNeeds];
