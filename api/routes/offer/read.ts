import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { timelineSchema } from '../../../contracts/http/need.ts';
import {
  offerListQuery,
  offerPage,
  offerSchema,
  publicOfferPage,
  publicOfferQuery,
} from '../../../contracts/http/offer.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import { allowedCommands } from '../../../domain/kernel/table.ts';
import { offerTable } from '../../../domain/offer/table.ts';
import { offerEventText, offerPartOf } from '../../../domain/offer/timeline.ts';
import type { OfferState } from '../../../domain/offer/types.ts';
import { whyOfferSentence, whyOfferWaits } from '../../../domain/offer/why-waiting.ts';
import { loadInScope } from '../../case-command.ts';
import { datePage } from '../../date-page.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { timelineOf } from '../../timeline.ts';
import { offerPlace, offerRowOf } from './views.ts';

const params = z.strictObject({ offerId: id });

const listPublicOffers = defineRoute({
  method: 'get',
  path: '/v1/offers',
  operationId: 'listPublicOffers',
  summary: 'What donors offer, as strangers may see it: the newest first',
  tags: ['Offers'],
  access: { public: true },
  request: { query: publicOfferQuery },
  responses: { 200: publicOfferPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, now }) {
    const { region, category } = query;
    const tree = deps.reference.categories;
    const filter = {
      stage: 'open' as const,
      until: { $gt: new Date(now) },
      ...(region !== undefined && { regionPath: region }),
      ...(category !== undefined && { category: { $in: tree.within(category) } }),
    };
    const { page, next } = await datePage(deps, deps.models.offers.offers, {
      list: `offers ${region ?? ''} ${category ?? ''}`,
      query,
      filter,
      by: 'approvedAt',
      order: 'desc',
    });
    const items = page.map((offer) => ({
      id: offer._id,
      category: offer.category,
      categoryName: tree.find(offer.category)?.name ?? offer.category,
      itemName: offer.itemName,
      unit: offer.unit,
      left: offer.left,
      condition: offer.condition,
      place: offerPlace(offer),
      donor: offer.donorName,
      until: offer.until.toISOString(),
    }));
    return { status: 200, body: { items, next } };
  },
});

const listMyOffers = defineRoute({
  method: 'get',
  path: '/v1/my/offers',
  operationId: 'listMyOffers',
  summary: 'Your offers, newest first',
  tags: ['Offers'],
  access: { signedIn: true, scope: 'own' },
  request: { query: offerListQuery },
  responses: { 200: offerPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, caller: { accountId: donorId } }) {
    const { page, next } = await datePage(deps, deps.models.offers.offers, {
      list: `offers ${donorId}`,
      query,
      filter: { donorId },
      by: 'createdAt',
      order: 'desc',
    });
    return { status: 200, body: { items: page.map(offerRowOf), next } };
  },
});

const getOffer = defineRoute({
  method: 'get',
  path: '/v1/offers/{offerId}',
  operationId: 'getOffer',
  summary: 'One offer, for its donor and for the cadres of the region it names',
  tags: ['Offers'],
  access: { signedIn: true, scope: 'party' },
  request: { params },
  responses: { 200: offerSchema },
  audit: 'offer.read',
  personal: 'review',
  async handler({ deps, params: { offerId }, actor }) {
    const offer = await loadInScope(deps, 'offer', offerId, actor);
    const record = await deps.models.cases.find('offer', offerId);
    const why = record === null ? null : whyOfferWaits(record.state as OfferState);
    const body = {
      ...offerRowOf(offer),
      decidedByLevel: offer.decidedBy?.level ?? null,
      why: why === null ? '捐赠意向已提交，平台正在安排审核。' : whyOfferSentence(why),
      allowed: allowedCommands(offerTable, offer.stage),
    };
    return { status: 200, etag: offer.rev, persons: personsIn(actor, [offer]), body };
  },
});

const getOfferTimeline = defineRoute({
  method: 'get',
  path: '/v1/offers/{offerId}/timeline',
  operationId: 'getOfferTimeline',
  summary: 'Everything that happened to an offer, in plain Chinese',
  tags: ['Offers'],
  access: { signedIn: true, scope: 'party' },
  request: { params },
  responses: { 200: timelineSchema },
  audit: 'offer.timeline',
  personal: 'review',
  async handler({ deps, params: { offerId }, actor }) {
    const offer = await loadInScope(deps, 'offer', offerId, actor);
    const items = await timelineOf(deps, 'offer', offerId, offerEventText, (by) => offerPartOf(by, offer.donorId));
    return { status: 200, etag: offer.rev, persons: personsIn(actor, [offer]), body: { items } };
  },
});

export const offerReadRoutes: readonly AnyRoute[] = [listPublicOffers, listMyOffers, getOffer, getOfferTimeline];
