import { z } from 'zod';
import { complaintBodies } from '../../../contracts/http/complaint.ts';
import { id } from '../../../contracts/http/common.ts';
import { caseCommandRoutes, checkedReason, type PersonalAccess, withReason } from '../../case-command.ts';
import type { AnyRoute } from '../../route.ts';

/** The commands of a complaint, as routes. Whose turn it is, the case itself says. */

const complaintCommand = caseCommandRoutes({
  caseType: 'complaint',
  tag: 'Complaints',
  path: '/v1/complaints/{complaintId}',
  params: z.strictObject({ complaintId: id }),
  caseId: 'complaintId',
});
const HANDLER: PersonalAccess = {
  roles: ['cadre', 'operator'],
  levels: ['township', 'county', 'city', 'province'],
  scope: 'region',
};
const COMPLAINANT: PersonalAccess = { signedIn: true, scope: 'party' };

export const complaintCommandRoutes: readonly AnyRoute[] = [
  complaintCommand({
    command: 'uphold',
    operationId: 'upholdComplaint',
    summary: 'The complaint is right; say what is done about it',
    access: HANDLER,
    body: complaintBodies.uphold,
    problems: ['NOT_YOUR_LEVEL', 'OWN_COMPLAINT', 'SECOND_REVIEWER_NEEDED', 'REASON_LENGTH'],
    message: ({ body: { measure, reason, correction }, deps }) => ({
      data: { measure, ...(correction !== undefined && { correction }) },
      note: checkedReason(deps, reason),
    }),
  }),
  complaintCommand({
    command: 'dismiss',
    operationId: 'dismissComplaint',
    summary: 'The complaint is not right, with a reason',
    access: HANDLER,
    body: complaintBodies.dismiss,
    problems: ['NOT_YOUR_LEVEL', 'OWN_COMPLAINT', 'SECOND_REVIEWER_NEEDED', 'REASON_LENGTH'],
    message: withReason,
  }),
  complaintCommand({
    command: 'object',
    operationId: 'objectToDecision',
    summary: 'Object to what was decided on your complaint, once; the next level up looks again',
    access: COMPLAINANT,
    body: complaintBodies.object,
    problems: ['REASON_LENGTH'],
    message: ({ body: { reason }, deps }) => ({ note: checkedReason(deps, reason) }),
  }),
  complaintCommand({
    command: 'withdraw',
    operationId: 'withdrawComplaint',
    summary: 'Take your complaint back',
    access: COMPLAINANT,
  }),
];
