import { z } from 'zod';
import { applicationListQuery, applicationPage, applicationSchema } from '../../../contracts/http/application.ts';
import { id } from '../../../contracts/http/common.ts';
import { purpose } from '../../../contracts/http/household.ts';
import { timelineSchema } from '../../../contracts/http/need.ts';
import { problem } from '../../../contracts/problems.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import { applicationTable } from '../../../domain/application/table.ts';
import { applicationEventText, applicationPartOf } from '../../../domain/application/timeline.ts';
import type { ApplicationState } from '../../../domain/application/types.ts';
import { whyApplicationSentence, whyApplicationWaits } from '../../../domain/application/why-waiting.ts';
import { allowedCommands } from '../../../domain/kernel/table.ts';
import { maskIdNumber } from '../../../domain/people/masking.ts';
import { loadInScope } from '../../case-command.ts';
import { datePage } from '../../date-page.ts';
import type { ApiDeps } from '../../deps.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { timelineOf } from '../../timeline.ts';
import { found, openAccount } from '../account/record.ts';
import { applicationRowOf } from './views.ts';

const params = z.strictObject({ applicationId: id });

const listMyApplications = defineRoute({
  method: 'get',
  path: '/v1/my/applications',
  operationId: 'listMyApplications',
  summary: 'Your applications for an office, newest first',
  tags: ['Applications'],
  access: { signedIn: true, scope: 'own' },
  request: { query: applicationListQuery },
  responses: { 200: applicationPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, caller }) {
    const list = `applications ${caller.accountId}`;
    const { page, next } = await datePage(deps, deps.models.applications.applications, {
      list,
      query,
      filter: { applicantId: caller.accountId },
      by: 'createdAt',
      order: 'desc',
    });
    return { status: 200, body: { items: page.map(applicationRowOf), next } };
  },
});

const getApplication = defineRoute({
  method: 'get',
  path: '/v1/applications/{applicationId}',
  operationId: 'getApplication',
  summary: 'One application, for its applicant and for the cadres above the office',
  tags: ['Applications'],
  access: { signedIn: true, scope: 'party' },
  request: { params, query: z.strictObject({ purpose: purpose.optional() }) },
  responses: { 200: applicationSchema },
  problems: ['PURPOSE_REQUIRED'],
  audit: 'application.read',
  personal: 'stated',
  async handler({ deps, params: { applicationId }, query, actor }) {
    const application = await loadInScope(deps, 'application', applicationId, actor);
    // A name in clear is shown to another only for a reason that he states.
    if (actor.id !== application.applicantId && query.purpose === undefined) throw problem('PURPOSE_REQUIRED');
    const record = await deps.models.cases.find('application', applicationId);
    const why = record === null ? null : whyApplicationWaits(record.state as ApplicationState);
    const body = {
      ...applicationRowOf(application),
      applicant: await applicantOf(deps, application.applicantId),
      statement: application.statement,
      decidedByLevel: application.decidedBy?.level ?? null,
      why: why === null ? '申请已提交，平台正在安排审批。' : whyApplicationSentence(why),
      allowed: allowedCommands(applicationTable, application.stage),
    };
    const persons = personsIn(actor, [application]);
    return { status: 200, etag: application.rev, persons, body };
  },
});

/** Whom somebody decides on. */
export async function applicantOf(deps: ApiDeps, accountId: string) {
  const account = await found(deps, accountId);
  const { name, idNumber } = openAccount(deps, account);
  const { maskedPhone } = account;
  return { name, maskedIdNumber: idNumber === null ? null : maskIdNumber(idNumber), maskedPhone };
}

const getApplicationTimeline = defineRoute({
  method: 'get',
  path: '/v1/applications/{applicationId}/timeline',
  operationId: 'getApplicationTimeline',
  summary: 'Everything that happened to an application, in plain Chinese',
  tags: ['Applications'],
  access: { signedIn: true, scope: 'party' },
  request: { params },
  responses: { 200: timelineSchema },
  audit: 'application.timeline',
  personal: 'review',
  async handler({ deps, params: { applicationId }, actor }) {
    const application = await loadInScope(deps, 'application', applicationId, actor);
    const items = await timelineOf(deps, 'application', applicationId, applicationEventText, (by) =>
      applicationPartOf(by, application.applicantId),
    );
    return { status: 200, etag: application.rev, persons: personsIn(actor, [application]), body: { items } };
  },
});

export const applicationReadRoutes: readonly AnyRoute[] = [listMyApplications, getApplication, getApplicationTimeline];
