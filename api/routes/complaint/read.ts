import { z } from 'zod';
import { complaintListQuery, complaintPage, complaintSchema } from '../../../contracts/http/complaint.ts';
import { id } from '../../../contracts/http/common.ts';
import { timelineSchema } from '../../../contracts/http/need.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import { complaintTable } from '../../../domain/complaint/table.ts';
import { complaintEventText, complaintPartOf } from '../../../domain/complaint/timeline.ts';
import type { ComplaintState } from '../../../domain/complaint/types.ts';
import { whyComplaintSentence, whyComplaintWaits } from '../../../domain/complaint/why-waiting.ts';
import { allowedCommands } from '../../../domain/kernel/table.ts';
import { maskPhone } from '../../../domain/people/masking.ts';
import { GONE_WORDS } from '../../../domain/retention/classes.ts';
import type { Sealed } from '../../../infra/crypto/index.ts';
import { complaintPlace, type ComplaintRecord, type ComplaintWords } from '../../../models/complaint.ts';
import { loadInScope } from '../../case-command.ts';
import { datePage } from '../../date-page.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { timelineOf } from '../../timeline.ts';
import type { ApiDeps } from '../../deps.ts';
import { found } from '../account/record.ts';
import { phoneOf } from '../sms/phones.ts';
import { complaintRowOf } from './views.ts';

const params = z.strictObject({ complaintId: id });

const listMyComplaints = defineRoute({
  method: 'get',
  path: '/v1/my/complaints',
  operationId: 'listMyComplaints',
  summary: 'Your complaints, newest first',
  tags: ['Complaints'],
  access: { signedIn: true, scope: 'own' },
  request: { query: complaintListQuery },
  responses: { 200: complaintPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, caller }) {
    const list = `complaints ${caller.accountId}`;
    const { page, next } = await datePage(deps, deps.models.complaints.complaints, {
      list,
      query,
      filter: { complainantId: caller.accountId },
      by: 'createdAt',
      order: 'desc',
    });
    return { status: 200, body: { items: page.map(complaintRowOf), next } };
  },
});

/** Who complains: an account, or a household that has none. */
async function complainantOf(deps: ApiDeps, { complainantId, householdId }: ComplaintRecord) {
  if (householdId === undefined) {
    const { publicName, maskedPhone } = await found(deps, complainantId);
    return { publicName, maskedPhone };
  }
  const household = await deps.models.households.find(householdId);
  const phone = household === null ? null : phoneOf(deps, household);
  return { publicName: household?.publicName ?? '', maskedPhone: phone === null ? '' : maskPhone(phone) };
}

const getComplaint = defineRoute({
  method: 'get',
  path: '/v1/complaints/{complaintId}',
  operationId: 'getComplaint',
  summary: 'One complaint, for who made it and for the levels that handle it; never for those whom it is about',
  tags: ['Complaints'],
  access: { signedIn: true, scope: 'party' },
  request: { params },
  responses: { 200: complaintSchema },
  audit: 'complaint.read',
  personal: 'complaint',
  async handler({ deps, params: { complaintId }, actor }) {
    const complaint = await loadInScope(deps, 'complaint', complaintId, actor);
    const record = await deps.models.cases.find('complaint', complaintId);
    const why = record === null ? null : whyComplaintWaits(record.state as ComplaintState);
    const text =
      complaint.sealed === null
        ? GONE_WORDS
        : deps.crypto.fields.open<ComplaintWords>(complaintPlace(complaintId), complaint.sealed as Sealed).text;
    const { decidedBy } = complaint;
    const body = {
      ...complaintRowOf(complaint),
      complainant: await complainantOf(deps, complaint),
      text,
      photos: complaint.photos,
      decision: decidedBy && { level: decidedBy.level, outcome: decidedBy.outcome, code: decidedBy.code },
      why: why === null ? '投诉已提交，平台正在安排办理。' : whyComplaintSentence(why),
      allowed: allowedCommands(complaintTable, complaint.stage),
    };
    return { status: 200, etag: complaint.rev, persons: personsIn(actor, [complaint]), body };
  },
});

const getComplaintTimeline = defineRoute({
  method: 'get',
  path: '/v1/complaints/{complaintId}/timeline',
  operationId: 'getComplaintTimeline',
  summary: 'Everything that happened to a complaint, in plain Chinese',
  tags: ['Complaints'],
  access: { signedIn: true, scope: 'party' },
  request: { params },
  responses: { 200: timelineSchema },
  audit: 'complaint.timeline',
  personal: 'complaint',
  async handler({ deps, params: { complaintId }, actor }) {
    const complaint = await loadInScope(deps, 'complaint', complaintId, actor);
    const items = await timelineOf(deps, 'complaint', complaintId, complaintEventText, (by) =>
      complaintPartOf(by, complaint.complainantId),
    );
    return { status: 200, etag: complaint.rev, persons: personsIn(actor, [complaint]), body: { items } };
  },
});

export const complaintReadRoutes: readonly AnyRoute[] = [listMyComplaints, getComplaint, getComplaintTimeline];
