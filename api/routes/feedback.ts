import type { Filter } from 'mongodb';
import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import {
  feedbackPage,
  feedbackQuery,
  feedbackStateSchema,
  feedbackTakeDownBody,
  type feedbackRow,
} from '../../contracts/http/feedback.ts';
import { problem } from '../../contracts/problems.ts';
import { personsIn, type PeoplesRecord } from '../../domain/access/disclosure.ts';
import { isStaff, scopeFilter, scopeOf } from '../../domain/access/scope.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import type { FeedbackRecord } from '../../models/feedback.ts';
import type { NeedRecord } from '../../models/need.ts';
import type { PhotoRecord } from '../../models/photo.ts';
import { checkedReason } from '../case-command.ts';
import { datePage } from '../date-page.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type AnyRoute, type Caller } from '../route.ts';
import { asWorker, type Worker } from '../ties.ts';
import { notWritten } from '../turn.ts';
import { newsReadable } from './news/tell.ts';

/** Thanks and answers, for the donors whom they concern at once and for strangers once a cadre has looked at them. */

/** `open`: strangers read here too, so that only what no cadre has shown is the household's own. */
interface Seen {
  readonly filter: Filter<FeedbackRecord>;
  readonly open: boolean;
}

interface Reader {
  readonly actor: Actor | null;
  readonly caller: Caller | null;
}

/**
 * What of a need's feedback somebody may see: all of it in his own reach (household, publisher, staff of the place); what stands
 * as a donor who was received something from; what was shown as anybody else, where the need's news may be read.
 * Null: for him there is no such need.
 */
async function seenOf(deps: ApiDeps, needId: string, { actor, caller }: Reader): Promise<Seen | null> {
  const { needs, pledges } = deps.models;
  const find = (filter: object) =>
    needs.needs.findOne({ $and: [{ _id: needId }, filter] } as Filter<NeedRecord>, {
      projection: { _id: 1 },
      maxTimeMS: 3000,
    });
  if (actor !== null && (await find(scopeFilter(scopeOf(actor, 'need')))) !== null)
    return {
      filter: isStaff(actor) ? {} : { takenDown: null },
      open: (await find(newsReadable(deps, null, caller))) !== null,
    };
  const given = { needId, donorId: caller?.accountId ?? '', stage: 'received' as const };
  if (caller !== null && (await pledges.pledges.findOne(given, { projection: { _id: 1 }, maxTimeMS: 3000 })) !== null)
    return { filter: { takenDown: null }, open: false };
  const isPublic = (await find(newsReadable(deps, actor, caller))) !== null;
  return isPublic ? { filter: { takenDown: null, shown: true }, open: true } : null;
}

const isShown = ({ shown, takenDown }: FeedbackRecord): boolean => shown && takenDown === null;

/** Whose words these are, as far as not everybody may read them. */
const peopleOf = ({ householdId, authorId }: FeedbackRecord): PeoplesRecord => ({ householdId, accountId: authorId });

const rowOf = (record: FeedbackRecord): z.input<typeof feedbackRow> => ({
  id: record._id,
  kind: record.kind,
  question: record.question,
  answer: record.answer,
  text: record.text,
  photos: record.photos,
  public: isShown(record),
  at: record.at.toISOString(),
});

const listFeedback = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/feedback',
  operationId: 'listFeedback',
  summary: 'The household’s thanks and answers, with photos, newest first',
  tags: ['Needs'],
  access: { public: true },
  request: { params: z.strictObject({ needId: id }), query: feedbackQuery },
  responses: { 200: feedbackPage },
  problems: ['INVALID_CURSOR'],
  audit: 'feedback.read',
  personal: 'review',
  async handler({ deps, params: { needId }, query, actor, caller }) {
    const seen = await seenOf(deps, needId, { actor, caller });
    if (seen === null) throw problem('NOT_FOUND');
    const { page, next } = await datePage(deps, deps.models.feedback.feedback, {
      list: `feedback ${needId} ${JSON.stringify(seen.filter)}`,
      query,
      filter: { $and: [{ needId }, seen.filter] },
      by: 'at',
      order: 'desc',
    });
    const closed = page.filter((row) => !(seen.open && isShown(row))).map(peopleOf);
    const persons = actor === null ? [] : personsIn(actor, closed);
    return { status: 200, persons, body: { items: page.map(rowOf), next } };
  },
});

/** Who looks after it: cadres of the place, never of their own. */
const careFilter = (worker: Worker): Filter<FeedbackRecord> => {
  const { role, regionCode } = worker;
  if (role === 'operator') return notWritten(worker);
  return role === 'cadre' && regionCode !== undefined
    ? { regionPath: regionCode, ...notWritten(worker) }
    : { _id: { $in: [] } };
};

async function changed(deps: ApiDeps, feedbackId: string, actor: Actor, change: Partial<FeedbackRecord>) {
  const after = await deps.models.feedback.feedback.findOneAndUpdate(
    { $and: [{ _id: feedbackId }, careFilter(await asWorker(deps, actor))] },
    { $set: change },
    { returnDocument: 'after', maxTimeMS: 3000 },
  );
  if (after === null) throw problem('NOT_FOUND');
  const takenDown = after.takenDown !== null;
  return { status: 200 as const, body: { id: feedbackId, public: after.shown && !takenDown, takenDown } };
}

const params = z.strictObject({ feedbackId: id });

const showFeedback = defineRoute({
  method: 'post',
  path: '/v1/feedback/{feedbackId}/show',
  operationId: 'showFeedback',
  summary: 'No child’s face, name or school is in these words and photos: let the public see them',
  tags: ['Needs'],
  access: { roles: ['cadre'], scope: 'region' },
  request: { params },
  responses: { 200: feedbackStateSchema },
  audit: 'feedback.show',
  handler: ({ deps, params: { feedbackId }, actor }) => changed(deps, feedbackId, actor, { shown: true }),
});

const takeFeedbackDown = defineRoute({
  method: 'post',
  path: '/v1/feedback/{feedbackId}/take-down',
  operationId: 'takeFeedbackDown',
  summary: 'Take thanks or an answer down, with a reason; only the staff of the place see it then',
  tags: ['Needs'],
  access: { roles: ['cadre', 'operator'], levels: ['county', 'city', 'province'], scope: 'region' },
  request: { params, body: feedbackTakeDownBody },
  responses: { 200: feedbackStateSchema },
  problems: ['REASON_LENGTH'],
  audit: 'feedback.takeDown',
  handler({ deps, params: { feedbackId }, body: { reasonCode, reason }, actor, now }) {
    checkedReason(deps, reason);
    return changed(deps, feedbackId, actor, { takenDown: { by: actor.id, reasonCode, reason, at: new Date(now) } });
  },
});

/** Whose feedback a photo belongs to, when he may see it; nobody's when everybody may. */
export async function onFeedback(
  deps: ApiDeps,
  photo: PhotoRecord,
  reader: Reader,
): Promise<readonly PeoplesRecord[] | null> {
  const ids = photo.usedBy.filter((use) => use.kind === 'feedback').map((use) => use.id);
  if (ids.length === 0) return null;
  const { feedback } = deps.models.feedback;
  const found = await feedback.findOne({ _id: { $in: ids }, photos: photo._id }, { maxTimeMS: 3000 });
  if (found === null) return null;
  const seen = await seenOf(deps, found.needId, reader);
  if (seen === null) return null;
  const filter = { $and: [{ _id: found._id }, seen.filter] };
  if ((await feedback.findOne(filter, { projection: { _id: 1 }, maxTimeMS: 3000 })) === null) return null;
  return seen.open && isShown(found) ? [] : [peopleOf(found)];
}

export const feedbackRoutes: readonly AnyRoute[] = [listFeedback, showFeedback, takeFeedbackDown];
