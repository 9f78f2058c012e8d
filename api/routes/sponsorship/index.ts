import { sponsorshipBodies, sponsorshipParams } from '../../../contracts/http/sponsorship.ts';
import { caseCommandRoutes, withReason, withNote } from '../../case-command.ts';
import type { AnyRoute } from '../../route.ts';
import { makeSponsorship } from './make.ts';
import { keepParcels } from './parcels.ts';
import { sponsorshipReadRoutes } from './read.ts';

const sponsorshipCommand = caseCommandRoutes({
  caseType: 'sponsorship',
  tag: 'Sponsorships',
  path: '/v1/sponsorships/{sponsorshipId}',
  params: sponsorshipParams,
  caseId: 'sponsorshipId',
});
const OPERATOR = { roles: ['operator'], scope: 'party' } as const;

const commands: readonly AnyRoute[] = [
  sponsorshipCommand({
    command: 'approve',
    operationId: 'approveSponsorship',
    summary: 'Let a sponsorship run',
    access: OPERATOR,
    body: sponsorshipBodies.approve,
    problems: ['OWN_SPONSORSHIP'],
    message: withNote,
  }),
  sponsorshipCommand({
    command: 'refuse',
    operationId: 'refuseSponsorship',
    summary: 'Refuse a sponsorship, with a reason',
    access: OPERATOR,
    body: sponsorshipBodies.refuse,
    problems: ['OWN_SPONSORSHIP'],
    message: withReason,
  }),
  sponsorshipCommand({
    command: 'stop',
    path: 'cancel',
    operationId: 'stopSponsorship',
    summary: 'Take a sponsorship back, or stop it while it runs; what is claimed already stays claimed',
    access: { signedIn: true, scope: 'party' },
  }),
  sponsorshipCommand({
    command: 'send',
    operationId: 'sendSponsorship',
    summary: 'Say of everything that a sponsorship holds that it is on its way',
    description:
      'To village points with a courier and a tracking number for each need, at most 2,000 at a time; face to face without them. The pledges are marked some hundred at a time; what became of each is in the results. May be asked again, also while it is going on.',
    access: { signedIn: true, scope: 'party' },
    body: sponsorshipBodies.send,
    message: keepParcels,
  }),
];

/** Sponsorships: making one, its decision, how far it has come. */
export const sponsorshipRoutes: readonly AnyRoute[] = [makeSponsorship, ...sponsorshipReadRoutes, ...commands];
