import type { z } from 'zod';
import type { matchSchema, offerRow } from '../../../contracts/http/offer.ts';
import type { MatchRecord } from '../../../models/match.ts';
import { placeNamesOf, type OfferRecord } from '../../../models/offer.ts';

export const offerPlace = (offer: OfferRecord): string => placeNamesOf(offer).join('');

export const offerRowOf = (offer: OfferRecord): z.input<typeof offerRow> => ({
  id: offer._id,
  rev: offer.rev,
  seq: offer.seq,
  stage: offer.stage,
  stageSince: offer.stageSince.toISOString(),
  dueAt: offer.dueAt?.toISOString() ?? null,
  waitingOn: offer.waitingOn,
  reviewLevel: offer.reviewLevel,
  category: offer.category,
  itemName: offer.itemName,
  unit: offer.unit,
  quantity: offer.quantity,
  unitValueFen: offer.unitValueFen,
  condition: offer.condition,
  delivery: offer.delivery,
  regionCode: offer.regionCode,
  place: offerPlace(offer),
  until: offer.until.toISOString(),
  units: {
    left: offer.left,
    proposed: offer.proposed,
    accepted: offer.accepted,
    sent: offer.sent,
    given: offer.given,
  },
  donor: offer.donorName,
  createdAt: offer.createdAt.toISOString(),
});

export const matchView = (match: MatchRecord): z.input<typeof matchSchema> => ({
  id: match._id,
  offerId: match.offerId,
  stage: match.stage,
  fitting: match.found.length,
  results: match.results.map(({ needId, needTitle, place, outcome, units, pledgeId, reasons }) => ({
    needId,
    needTitle,
    place,
    outcome,
    units,
    pledgeId,
    reasons: reasons.map(({ code, text }) => ({ code, text })),
  })),
  createdAt: match.createdAt.toISOString(),
  finishedAt: match.finishedAt?.toISOString() ?? null,
});
