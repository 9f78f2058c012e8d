import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { dismissBody, likelyMatchesSchema } from '../../../contracts/http/posting.ts';
import { problem } from '../../../contracts/problems.ts';
import { likelyMatches, type LikelyMatch } from '../../../domain/need/likely-match.ts';
import { createComparedNeeds, type ComparedNeed } from '../../../models/likely-matches.ts';
import { PUBLIC_STAGES, type NeedRecord } from '../../../models/need.ts';
import { publicTitle } from '../../../domain/category/category.ts';
import { checkedReason } from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { findOwnDraft } from './drafts.ts';

/** Search before create: a publisher sees what may be the same, and says of each why it is not, before he submits. */

const params = z.strictObject({ needId: id });

interface Found extends LikelyMatch {
  readonly need: ComparedNeed;
}

/** Since when what a household asked for counts as asked for lately. */
export function duplicateWindow({ reference }: Pick<ApiDeps, 'reference'>, need: NeedRecord, now: number): Date {
  const { shared, need: policy } = reference.policyIn(need.regionPath, now);
  return new Date(now - policy.duplicateWindowDays * shared.time.dayMs);
}

export async function findLikely(deps: ApiDeps, draft: NeedRecord, now: number): Promise<Found[]> {
  const { likelyMatches: shown, duplicatePercent } = deps.reference.policyIn(draft.regionPath, now).need;
  if (shown === undefined) return [];
  const compared = createComparedNeeds(deps.models.db);
  const [own, near] = await Promise.all([
    compared.ofHousehold(draft, duplicateWindow(deps, draft, now)),
    compared.ofVillage(draft),
  ]);
  const known = new Map([...own, ...near].map((need) => [need._id, need]));
  const candidates = [...known.values()].map(({ _id, lines, ...need }) => ({
    ...need,
    id: _id,
    itemNames: lines.map((line) => line.name),
  }));
  return likelyMatches(draft, candidates, { ...shown, duplicatePercent }).flatMap((match) => {
    const need = known.get(match.id);
    return need === undefined ? [] : [{ ...match, need }];
  });
}

/** @throws Problem LIKELY_MATCHES naming those of which nothing was said yet */
export async function assertMatchesDismissed(deps: ApiDeps, draft: NeedRecord, now: number): Promise<void> {
  const said = new Set((draft.dismissed ?? []).map(({ needId }) => needId));
  const found = await findLikely(deps, draft, now);
  // Of a duplicate nothing needs to be said: the household's limits refuse it.
  const open = found.filter((match) => !match.duplicate && !said.has(match.id));
  if (open.length > 0) throw problem('LIKELY_MATCHES', { members: { needIds: open.map((match) => match.id) } });
}

/** Of a neighbour's need a publisher learns what strangers learn of it: before it is public, its category alone. */
function view(deps: ApiDeps, draft: NeedRecord, { id: needId, percent, duplicate, reasons, need }: Found) {
  const tree = deps.reference.categories;
  const own = need.householdId === draft.householdId;
  const isPublic = PUBLIC_STAGES.some((stage) => stage === need.stage);
  return {
    needId,
    percent,
    duplicate,
    reasons: [...reasons],
    title: own ? need.title : isPublic ? publicTitle(need.title, need.category, tree) : null,
    categoryName: tree.find(need.category)?.name ?? need.category,
    place: need.regionNames.join(''),
    submittedAt: need.submittedAt?.toISOString() ?? null,
    dismissed: (draft.dismissed ?? []).some((said) => said.needId === needId),
  };
}

const listLikely = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/likely-matches',
  operationId: 'listLikelyMatches',
  summary: 'Needs that may be the same as your draft: of the household, or told alike in the village',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'own' },
  rate: 'search',
  request: { params },
  responses: { 200: likelyMatchesSchema },
  async handler({ deps, params: { needId }, caller, now }) {
    const draft = await findOwnDraft(deps, needId, caller);
    const items = (await findLikely(deps, draft, now)).map((match) => view(deps, draft, match));
    return { status: 200, body: { items } };
  },
});

const dismiss = defineRoute({
  method: 'post',
  path: '/v1/needs/{needId}/likely-matches/dismissals',
  operationId: 'dismissLikelyMatches',
  summary: 'Say of likely matches why your need is another one; reviewers read it',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'own' },
  request: { params, body: dismissBody },
  responses: { 200: likelyMatchesSchema },
  problems: ['REASON_LENGTH', 'PERSONAL_DATA'],
  audit: 'need.likelyMatches.dismiss',
  async handler({ deps, params: { needId }, body, caller, now }) {
    const draft = await findOwnDraft(deps, needId, caller);
    const found = await findLikely(deps, draft, now);
    const said = body.items.flatMap((item, i) => {
      const reason = checkedReason(deps, item.reason, `/body/items/${i}/reason`);
      // What is no match (any more) needs no word.
      if (!found.some((match) => match.id === item.needId)) return [];
      return [{ needId: item.needId, reasonCode: item.reasonCode, reason, at: new Date(now) }];
    });
    const kept = (draft.dismissed ?? []).filter((old) => !said.some((one) => one.needId === old.needId));
    const dismissed = [...kept, ...said].slice(-KEPT);
    // No new revision: what is written stays as it was.
    const same = { _id: draft._id, rev: draft.rev, submittedAt: null };
    const { matchedCount } = await deps.models.needs.needs.updateOne(
      same,
      { $set: { dismissed } },
      { maxTimeMS: 3000 },
    );
    if (matchedCount === 0) throw problem('VERSION_MISMATCH');
    const items = found.map((match) => view(deps, { ...draft, dismissed }, match));
    return { status: 200, body: { items } };
  },
});

const KEPT = 50;

export const likelyRoutes: readonly AnyRoute[] = [listLikely, dismiss];
