import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { handoverBodies, handoverListQuery, handoverPage, handoverSchema } from '../../../contracts/http/handover.ts';
import { timelineSchema } from '../../../contracts/http/need.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import {
  handoverEventText,
  handoverPartOf,
  whyHandoverSentence,
  whyHandoverWaits,
} from '../../../domain/handover/story.ts';
import { handoverTable } from '../../../domain/handover/table.ts';
import type { HandoverState } from '../../../domain/handover/types.ts';
import { allowedCommands } from '../../../domain/kernel/table.ts';
import { caseCommandRoutes, loadInScope, type PersonalAccess, withReason } from '../../case-command.ts';
import { datePage } from '../../date-page.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { timelineOf } from '../../timeline.ts';
import { offerHandover } from './offer.ts';
import { handoverRowOf } from './views.ts';

/** Work handed over among colleagues of one office. */

const params = z.strictObject({ handoverId: id });
const PARTY: PersonalAccess = { roles: ['cadre'], scope: 'party' };
const handoverCommand = caseCommandRoutes({
  caseType: 'handover',
  tag: 'Handovers',
  path: '/v1/handovers/{handoverId}',
  params,
  caseId: 'handoverId',
});

const listMyHandovers = defineRoute({
  method: 'get',
  path: '/v1/my/handovers',
  operationId: 'listMyHandovers',
  summary: 'What colleagues want to hand over to you, or what you handed over, newest first',
  tags: ['Handovers'],
  access: { roles: ['cadre'], scope: 'own' },
  request: { query: handoverListQuery },
  responses: { 200: handoverPage },
  problems: ['INVALID_CURSOR'],
  audit: 'handover.list',
  personal: 'administration',
  async handler({ deps, query, caller, actor }) {
    const { accountId } = caller;
    const field = query.box === 'given' ? 'giverId' : 'receiverId';
    const list = `handovers ${field} ${accountId}`;
    const { page, next } = await datePage(deps, deps.models.handovers.handovers, {
      list,
      query,
      filter: { [field]: accountId },
      by: 'createdAt',
      order: 'desc',
    });
    const items = page.map((row) => handoverRowOf(row, accountId));
    return { status: 200, persons: personsIn(actor, page), body: { items, next } };
  },
});

const getHandover = defineRoute({
  method: 'get',
  path: '/v1/handovers/{handoverId}',
  operationId: 'getHandover',
  summary: 'One handing over, for the two whom it concerns',
  tags: ['Handovers'],
  access: PARTY,
  request: { params },
  responses: { 200: handoverSchema },
  audit: 'handover.read',
  personal: 'administration',
  async handler({ deps, params: { handoverId }, actor, caller }) {
    const handover = await loadInScope(deps, 'handover', handoverId, actor);
    const record = await deps.models.cases.find('handover', handoverId);
    const why = record === null ? null : whyHandoverWaits(record.state as HandoverState);
    const body = {
      ...handoverRowOf(handover, caller.accountId),
      needIds: handover.needIds,
      reason: handover.reason,
      why: why === null ? '移交已提出，正在登记。' : whyHandoverSentence(why),
      allowed: allowedCommands(handoverTable, handover.stage),
    };
    return { status: 200, etag: handover.rev, persons: personsIn(actor, [handover]), body };
  },
});

const getHandoverTimeline = defineRoute({
  method: 'get',
  path: '/v1/handovers/{handoverId}/timeline',
  operationId: 'getHandoverTimeline',
  summary: 'Everything that happened to a handing over, in plain Chinese',
  tags: ['Handovers'],
  access: PARTY,
  request: { params },
  responses: { 200: timelineSchema },
  audit: 'handover.timeline',
  personal: 'administration',
  async handler({ deps, params: { handoverId }, actor }) {
    const handover = await loadInScope(deps, 'handover', handoverId, actor);
    const items = await timelineOf(deps, 'handover', handoverId, handoverEventText, (by) =>
      handoverPartOf(by, handover.giverId),
    );
    return { status: 200, etag: handover.rev, persons: personsIn(actor, [handover]), body: { items } };
  },
});

const acceptHandover = handoverCommand({
  command: 'accept',
  operationId: 'acceptHandover',
  summary: 'Take the reviews over: from now on they wait for you',
  access: PARTY,
});
const refuseHandover = handoverCommand({
  command: 'refuse',
  operationId: 'refuseHandover',
  summary: 'Do not take them over, with a reason; they stay where they are',
  access: PARTY,
  body: handoverBodies.refuse,
  problems: ['REASON_LENGTH', 'PERSONAL_DATA'],
  message: withReason,
});
const withdrawHandover = handoverCommand({
  command: 'withdraw',
  operationId: 'withdrawHandover',
  summary: 'Keep what you wanted to hand over',
  access: PARTY,
});

export const handoverRoutes: readonly AnyRoute[] = [
  offerHandover,
  listMyHandovers,
  getHandover,
  getHandoverTimeline,
  acceptHandover,
  refuseHandover,
  withdrawHandover,
];
