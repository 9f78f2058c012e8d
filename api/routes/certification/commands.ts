import { z } from 'zod';
import { certificationBodies } from '../../../contracts/http/certification.ts';
import { id } from '../../../contracts/http/common.ts';
import { caseCommandRoutes, type PersonalAccess, withReason } from '../../case-command.ts';
import type { AnyRoute } from '../../route.ts';
import { found } from '../account/record.ts';
import { assertSamePerson } from '../real-name.ts';

/** The commands of a certification, as routes. Whose turn it is, the case itself says. */

const certificationCommand = caseCommandRoutes({
  caseType: 'certification',
  tag: 'Certifications',
  path: '/v1/certifications/{certificationId}',
  params: z.strictObject({ certificationId: id }),
  caseId: 'certificationId',
});
const REVIEWER: PersonalAccess = {
  roles: ['cadre', 'operator'],
  levels: ['township', 'county', 'city', 'province'],
  scope: 'region',
};

export const certificationCommandRoutes: readonly AnyRoute[] = [
  certificationCommand({
    command: 'approve',
    operationId: 'approveCertification',
    summary: 'The papers show the person of the account: it counts as real with the answer',
    description: 'You give name and number as they stand on the papers; they must be those of the account.',
    access: REVIEWER,
    // Few tries: what an account says of itself is not for guessing.
    rate: 'register',
    body: certificationBodies.approve,
    problems: ['NOT_YOUR_LEVEL', 'OWN_CERTIFICATION', 'HELPED_HOUSEHOLD', 'REAL_NAME_REQUIRED', 'REAL_NAME_MISMATCH'],
    async message({ deps, body }, { applicantId }) {
      assertSamePerson(deps, await found(deps, applicantId), body);
      return {};
    },
  }),
  certificationCommand({
    command: 'refuse',
    operationId: 'refuseCertification',
    summary: 'Refuse, with a reason that the applicant reads',
    access: REVIEWER,
    body: certificationBodies.refuse,
    problems: ['NOT_YOUR_LEVEL', 'OWN_CERTIFICATION', 'HELPED_HOUSEHOLD', 'REASON_LENGTH'],
    message: withReason,
  }),
  certificationCommand({
    command: 'withdraw',
    operationId: 'withdrawCertification',
    summary: 'Take your request back',
    access: { signedIn: true, scope: 'party' },
  }),
];
