import { sponsorshipBodies, sponsorshipParams } from '../../../contracts/http/sponsorship.ts';
import { caseCommandRoute, checkedReason } from '../../case-command.ts';
import type { AnyRoute } from '../../route.ts';
import { makeSponsorship } from './make.ts';
import { sponsorshipReadRoutes } from './read.ts';

const command = {
  caseType: 'sponsorship',
  tag: 'Sponsorships',
  params: sponsorshipParams,
  caseId: 'sponsorshipId',
} as const;
const OPERATOR = { roles: ['operator'], scope: 'party' } as const;

const commands: readonly AnyRoute[] = [
  caseCommandRoute({
    ...command,
    command: 'approve',
    path: '/v1/sponsorships/{sponsorshipId}/approve',
    operationId: 'approveSponsorship',
    summary: 'Let a sponsorship run',
    access: OPERATOR,
    body: sponsorshipBodies.approve,
    problems: ['OWN_SPONSORSHIP'],
    message: ({ body, deps }) =>
      body.note === undefined ? {} : { note: checkedReason(deps, body.note, '/body/note') },
  }),
  caseCommandRoute({
    ...command,
    command: 'refuse',
    path: '/v1/sponsorships/{sponsorshipId}/refuse',
    operationId: 'refuseSponsorship',
    summary: 'Refuse a sponsorship, with a reason',
    access: OPERATOR,
    body: sponsorshipBodies.refuse,
    problems: ['OWN_SPONSORSHIP'],
    message: ({ body, deps }) => ({ data: { reasonCode: body.reasonCode }, note: checkedReason(deps, body.reason) }),
  }),
  caseCommandRoute({
    ...command,
    command: 'stop',
    path: '/v1/sponsorships/{sponsorshipId}/cancel',
    operationId: 'stopSponsorship',
    summary: 'Take a sponsorship back, or stop it while it runs; what is claimed already stays claimed',
    access: { signedIn: true, scope: 'party' },
  }),
];

/** Sponsorships: making one, its decision, how far it has come. */
export const sponsorshipRoutes: readonly AnyRoute[] = [makeSponsorship, ...sponsorshipReadRoutes, ...commands];
