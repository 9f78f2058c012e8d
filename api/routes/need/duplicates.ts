import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { duplicatesSchema } from '../../../contracts/http/posting.ts';
import { problem } from '../../../contracts/problems.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import { reaches, scopeOf } from '../../../domain/access/scope.ts';
import type { Instant } from '../../../domain/kernel/types.ts';
import { newTwins } from '../../../domain/need/likely-match.ts';
import { createComparedNeeds } from '../../../models/likely-matches.ts';
import type { NeedContent, NeedRecord } from '../../../models/need.ts';
import { createPhotoReuse } from '../../../models/photo-reuse.ts';
import { loadInScope } from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute } from '../../route.ts';
import { duplicateWindow } from './likely.ts';

/**
 * Whether a household asks for one thing twice, or one photo begs for several needs: looked at again when a need is
 * changed and when it is approved.
 */

type Asked = Pick<NeedContent, 'title' | 'category' | 'lines'>;

async function twinsOf(deps: ApiDeps, need: NeedRecord, content: Asked, before: Asked | null, now: Instant) {
  const found = await createComparedNeeds(deps.models.db).ofHousehold(need, duplicateWindow(deps, need, now));
  const others = found.map(({ _id, title, category, lines }) => ({
    id: _id,
    title,
    category,
    itemNames: lines.map((line) => line.name),
  }));
  return newTwins(content, others, deps.reference.policyIn(need.regionPath, now).need, before);
}

/** @throws Problem DUPLICATE_NEED when a new content asks for what another need of the household asks for */
export async function assertNoNewTwin(
  deps: ApiDeps,
  need: NeedRecord,
  content: NeedContent,
  now: Instant,
): Promise<void> {
  const [twin] = await twinsOf(deps, need, content, need, now);
  if (twin !== undefined) throw problem('DUPLICATE_NEED', { members: { needId: twin.id } });
}

/** So many can be looked at one by one; more say nothing new. */
const SHOWN = 20;

/** The household's other needs that ask for the same, and needs of anybody, anywhere, that show the same picture. */
export async function duplicatesOf(deps: ApiDeps, need: NeedRecord, now: Instant) {
  const [twins, photos] = await Promise.all([
    twinsOf(deps, need, need, null, now),
    createPhotoReuse(deps.models.db)(need),
  ]);
  const samePosting = twins.map((twin) => twin.id);
  const ids = [...new Set([...samePosting, ...photos.needs.sort()])].slice(0, SHOWN).sort();
  return { ids, samePosting, samePhoto: photos.needs.filter((other) => ids.includes(other)) };
}

export const listDuplicates = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/duplicates',
  operationId: 'listDuplicates',
  summary:
    'Needs that a reviewer must have looked at before he approves: asked for twice, or shown with the same photo',
  description:
    'Of a need outside your region you learn what strangers learn: its category and village. The answer to an approval that names none of them is DUPLICATE_SUSPECTED.',
  tags: ['Needs'],
  access: { roles: ['cadre', 'operator'], scope: 'region' },
  rate: 'search',
  request: { params: z.strictObject({ needId: id }) },
  responses: { 200: duplicatesSchema },
  audit: 'need.duplicates',
  personal: 'review',
  async handler({ deps, params: { needId }, actor, now }) {
    const need = await loadInScope(deps, 'need', needId, actor);
    const { ids, samePosting, samePhoto } = await duplicatesOf(deps, need, now);
    const found = await deps.models.needs.needs
      .find({ _id: { $in: ids } }, { projection: { details: 0, searchTerms: 0 }, maxTimeMS: 3000 })
      .toArray();
    const scope = scopeOf(actor, 'need');
    const own = found.filter((other) => reaches(scope, other));
    const items = found.map((other) => ({
      needId: other._id,
      reasons: [
        ...(samePosting.includes(other._id) ? (['sameHousehold'] as const) : []),
        ...(samePhoto.includes(other._id) ? (['samePhoto'] as const) : []),
      ],
      title: own.includes(other) ? other.title : null,
      categoryName: deps.reference.categories.find(other.category)?.name ?? other.category,
      place: other.regionNames.join(''),
      stage: other.stage,
      submittedAt: other.submittedAt?.toISOString() ?? null,
    }));
    return { status: 200, persons: personsIn(actor, [need, ...own]), body: { items } };
  },
});
