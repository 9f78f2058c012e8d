import type { z } from 'zod';
import type { matchSchema, offerRow } from '../../../contracts/http/offer.ts';
import { OF_ONE_MATCH, reasonsForDonor, type ReasonRecord } from '../../../domain/matching/reasons.ts';
import type { MatchRecord, MatchResult } from '../../../models/match.ts';
import { placeNamesOf, type OfferRecord } from '../../../models/offer.ts';
import { standingOf } from '../../standing.ts';

export const offerPlace = (offer: OfferRecord): string => placeNamesOf(offer).join('');

export const offerRowOf = (offer: OfferRecord): z.input<typeof offerRow> => ({
  ...standingOf(offer),
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

/** Matches of before have kept the words with the codes. */
const reasonsOf = (reasons: MatchResult['reasons']): { code: string; text: string }[] =>
  reasons.every(({ text }) => text === undefined)
    ? reasonsForDonor(reasons as ReasonRecord[], OF_ONE_MATCH)
    : reasons.map(({ code, text = '' }) => ({ code, text }));

/** The words of the needs are read where they are kept: a match remembers ids only. */
export type NeedWords = ReadonlyMap<string, { readonly title: string; readonly place: string }>;

export const matchView = (match: MatchRecord, words: NeedWords = new Map()): z.input<typeof matchSchema> => ({
  id: match._id,
  offerId: match.offerId,
  stage: match.stage,
  fitting: match.found.length,
  results: match.results.map(({ needId, outcome, units, pledgeId, reasons }) => ({
    needId,
    needTitle: words.get(needId)?.title ?? '',
    place: words.get(needId)?.place ?? '',
    outcome,
    units,
    pledgeId,
    reasons: reasonsOf(reasons),
  })),
  createdAt: match.createdAt.toISOString(),
  finishedAt: match.finishedAt?.toISOString() ?? null,
});
