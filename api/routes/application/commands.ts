import { z } from 'zod';
import { applicationBodies } from '../../../contracts/http/application.ts';
import { id } from '../../../contracts/http/common.ts';
import { caseCommandRoute, type PersonalAccess, withReason, withNote } from '../../case-command.ts';
import type { AnyRoute } from '../../route.ts';

/** The commands of an application, as routes. Whose turn it is, the case itself says. */

const params = z.strictObject({ applicationId: id });
const of = (command: string) => `/v1/applications/{applicationId}/${command}`;
const ABOVE: PersonalAccess = {
  roles: ['cadre', 'operator'],
  levels: ['township', 'county', 'city', 'province'],
  scope: 'region',
};

export const applicationCommandRoutes: readonly AnyRoute[] = [
  caseCommandRoute({
    caseType: 'application',
    command: 'approve',
    path: of('approve'),
    operationId: 'approveApplication',
    summary: 'Make the applicant a cadre: he holds the office with the answer',
    tag: 'Applications',
    access: ABOVE,
    params,
    caseId: 'applicationId',
    body: applicationBodies.approve,
    problems: ['NOT_YOUR_LEVEL', 'OWN_APPLICATION'],
    message: withNote,
  }),
  caseCommandRoute({
    caseType: 'application',
    command: 'refuse',
    path: of('refuse'),
    operationId: 'refuseApplication',
    summary: 'Refuse, with a reason',
    tag: 'Applications',
    access: ABOVE,
    params,
    caseId: 'applicationId',
    body: applicationBodies.refuse,
    problems: ['NOT_YOUR_LEVEL', 'OWN_APPLICATION', 'REASON_LENGTH'],
    message: withReason,
  }),
  caseCommandRoute({
    caseType: 'application',
    command: 'withdraw',
    path: of('withdraw'),
    operationId: 'withdrawApplication',
    summary: 'Take your application back',
    tag: 'Applications',
    access: { signedIn: true, scope: 'party' },
    params,
    caseId: 'applicationId',
  }),
];
