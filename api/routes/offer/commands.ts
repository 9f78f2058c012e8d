import { z } from 'zod';
import { offerBodies } from '../../../contracts/http/offer.ts';
import { id } from '../../../contracts/http/common.ts';
import { caseCommandRoutes, type PersonalAccess, withReason, withNote } from '../../case-command.ts';
import type { AnyRoute } from '../../route.ts';

/** The commands of an offer, as routes. Whose turn it is, the case itself says. */

const offerCommand = caseCommandRoutes({
  caseType: 'offer',
  tag: 'Offers',
  path: '/v1/offers/{offerId}',
  params: z.strictObject({ offerId: id }),
  caseId: 'offerId',
});
const MODERATORS: PersonalAccess = {
  roles: ['cadre', 'operator'],
  levels: ['county', 'city', 'province'],
  scope: 'region',
};

export const offerCommandRoutes: readonly AnyRoute[] = [
  offerCommand({
    command: 'approve',
    operationId: 'approveOffer',
    summary: 'Let the offer be seen and matched',
    access: MODERATORS,
    body: offerBodies.approve,
    problems: ['NOT_YOUR_LEVEL', 'OWN_OFFER'],
    message: withNote,
  }),
  offerCommand({
    command: 'refuse',
    operationId: 'refuseOffer',
    summary: 'Refuse, with a reason',
    access: MODERATORS,
    body: offerBodies.refuse,
    problems: ['NOT_YOUR_LEVEL', 'OWN_OFFER', 'REASON_LENGTH'],
    message: withReason,
  }),
  offerCommand({
    command: 'withdraw',
    operationId: 'withdrawOffer',
    summary: 'Take your offer back; proposals that you have not answered end, what you accepted goes on',
    access: { signedIn: true, scope: 'party' },
  }),
];
