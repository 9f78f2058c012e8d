import { z } from 'zod';
import { applicationBodies } from '../../../contracts/http/application.ts';
import { id } from '../../../contracts/http/common.ts';
import { caseCommandRoutes, type PersonalAccess, withReason, withNote } from '../../case-command.ts';
import type { AnyRoute } from '../../route.ts';
import { found } from '../account/record.ts';

/** The commands of an application, as routes. Whose turn it is, the case itself says. */

const applicationCommand = caseCommandRoutes({
  caseType: 'application',
  tag: 'Applications',
  path: '/v1/applications/{applicationId}',
  params: z.strictObject({ applicationId: id }),
  caseId: 'applicationId',
});
const ABOVE: PersonalAccess = {
  roles: ['cadre', 'operator'],
  levels: ['township', 'county', 'city', 'province'],
  scope: 'region',
};

export const applicationCommandRoutes: readonly AnyRoute[] = [
  applicationCommand({
    command: 'approve',
    operationId: 'approveApplication',
    summary: 'Make the applicant a cadre: he holds the office with the answer',
    access: ABOVE,
    body: applicationBodies.approve,
    problems: ['NOT_YOUR_LEVEL', 'OWN_APPLICATION', 'APPLICANT_FROZEN'],
    async message(ctx, { applicantId }) {
      const frozen = (await found(ctx.deps, applicantId)).frozen !== null;
      return { ...withNote(ctx), ...(frozen && { data: { frozen } }) };
    },
  }),
  applicationCommand({
    command: 'refuse',
    operationId: 'refuseApplication',
    summary: 'Refuse, with a reason',
    access: ABOVE,
    body: applicationBodies.refuse,
    problems: ['NOT_YOUR_LEVEL', 'OWN_APPLICATION', 'REASON_LENGTH'],
    message: withReason,
  }),
  applicationCommand({
    command: 'withdraw',
    operationId: 'withdrawApplication',
    summary: 'Take your application back',
    access: { signedIn: true, scope: 'party' },
  }),
];
