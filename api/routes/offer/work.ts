import { offerPage } from '../../../contracts/http/offer.ts';
import { boxQuery } from '../../../contracts/http/work-list.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import type { OfferRecord } from '../../../models/offer.ts';
import { duePage } from '../../date-page.ts';
import { defineRoute } from '../../route.ts';
import { turnOf } from '../../turn.ts';
import { offerRowOf } from './views.ts';

/** Nobody finds his own offer among his work. */
export const offerFilter = (actor: Actor) =>
  turnOf<OfferRecord>(actor, 'reviewLevel', { open: true, stage: 'underReview', donorId: { $ne: actor.id } });

export const listOffers = defineRoute({
  method: 'get',
  path: '/v1/work-list/offers',
  operationId: 'listOfferWork',
  summary: 'Offers that wait for your level to moderate them',
  tags: ['Work list'],
  access: { roles: ['cadre', 'operator'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: offerPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.offers',
  personal: 'review',
  handler: (ctx) =>
    duePage(ctx, 'offers', {
      collection: ctx.deps.models.offers.offers,
      filter: offerFilter(ctx.actor),
      rowOf: offerRowOf,
    }),
});
