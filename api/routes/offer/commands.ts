import { z } from 'zod';
import { offerBodies } from '../../../contracts/http/offer.ts';
import { id } from '../../../contracts/http/common.ts';
import { caseCommandRoute, type PersonalAccess, withReason, withNote } from '../../case-command.ts';
import type { AnyRoute } from '../../route.ts';

/** The commands of an offer, as routes. Whose turn it is, the case itself says. */

const params = z.strictObject({ offerId: id });
const of = (command: string) => `/v1/offers/{offerId}/${command}`;
const MODERATORS: PersonalAccess = {
  roles: ['cadre', 'operator'],
  levels: ['county', 'city', 'province'],
  scope: 'region',
};

export const offerCommandRoutes: readonly AnyRoute[] = [
  caseCommandRoute({
    caseType: 'offer',
    command: 'approve',
    path: of('approve'),
    operationId: 'approveOffer',
    summary: 'Let the offer be seen and matched',
    tag: 'Offers',
    access: MODERATORS,
    params,
    caseId: 'offerId',
    body: offerBodies.approve,
    problems: ['NOT_YOUR_LEVEL', 'OWN_OFFER'],
    message: withNote,
  }),
  caseCommandRoute({
    caseType: 'offer',
    command: 'refuse',
    path: of('refuse'),
    operationId: 'refuseOffer',
    summary: 'Refuse, with a reason',
    tag: 'Offers',
    access: MODERATORS,
    params,
    caseId: 'offerId',
    body: offerBodies.refuse,
    problems: ['NOT_YOUR_LEVEL', 'OWN_OFFER', 'REASON_LENGTH'],
    message: withReason,
  }),
  caseCommandRoute({
    caseType: 'offer',
    command: 'withdraw',
    path: of('withdraw'),
    operationId: 'withdrawOffer',
    summary: 'Take your offer back; proposals that you have not answered end, what you accepted goes on',
    tag: 'Offers',
    access: { signedIn: true, scope: 'party' },
    params,
    caseId: 'offerId',
  }),
];
