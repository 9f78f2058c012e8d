import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { timelineSchema, whySchema } from '../../../contracts/http/need.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import { isStaff } from '../../../domain/access/scope.ts';
import { mannerOf } from '../../../domain/pledge/manner.ts';
import { eventText, isForParties, byOf } from '../../../domain/need/timeline.ts';
import type { NeedState } from '../../../domain/need/types.ts';
import { whyNeedSentence, whyNeedWaits } from '../../../domain/need/why-waiting.ts';
import { loadInScope } from '../../case-command.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { notesOf } from '../../timeline.ts';

const getTimeline = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/timeline',
  operationId: 'getNeedTimeline',
  summary: 'Everything that happened to a need, in plain Chinese, for those it concerns',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'party' },
  request: { params: z.strictObject({ needId: id }) },
  responses: { 200: timelineSchema },
  audit: 'need.timeline',
  personal: 'review',
  async handler({ deps, params, actor }) {
    const need = await loadInScope(deps, 'need', params.needId, actor);
    const events = await deps.models.events.of('need', need._id);
    const notes = await notesOf(deps, events);
    const staff = isStaff(actor);
    const items = events.map((event) => ({
      seq: event.seq,
      at: event.at.toISOString(),
      type: event.type,
      text: eventText('need', event.type, event.data, mannerOf(need)),
      by: byOf(event, need),
      note: staff || isForParties(event.type) ? (notes.get(event.commandId) ?? null) : null,
    }));
    return { status: 200, etag: need.rev, persons: personsIn(actor, [need]), body: { items } };
  },
});

const getWhyWaiting = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/why-waiting',
  operationId: 'whyIsNeedWaiting',
  summary: 'Who must act now, since when, until when, and what happens next',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'party' },
  request: { params: z.strictObject({ needId: id }) },
  responses: { 200: whySchema },
  audit: 'need.why',
  personal: 'review',
  async handler({ deps, params, actor }) {
    const need = await loadInScope(deps, 'need', params.needId, actor);
    const record = await deps.models.cases.find('need', need._id);
    // Accepted, but its case has not begun: Temporal is away, or it is only a moment ago.
    const since = need.submittedAt?.getTime() ?? need.stageSince.getTime();
    const waiting = { code: 'submitted', waitingOn: 'system' as const, since, until: null, next: null };
    const why = record === null ? waiting : whyNeedWaits(record.state as NeedState);
    const body = {
      code: why.code,
      text: whyNeedSentence(why),
      waitingOn: why.waitingOn,
      since: new Date(why.since).toISOString(),
      until: why.until === null ? null : new Date(why.until).toISOString(),
      next: why.next,
      level: 'level' in why ? (why.level ?? null) : null,
    };
    return { status: 200, etag: need.rev, persons: personsIn(actor, [need]), body };
  },
});

export const needStoryRoutes: readonly AnyRoute[] = [getTimeline, getWhyWaiting];
