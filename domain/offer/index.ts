import { withParking } from '../kernel/parking.ts';
import type { Decider } from '../kernel/types.ts';
import { decideOffer, workingDays } from './decide.ts';
import { evolveOffer, initialOffer, shiftOffer } from './evolve.ts';
import { offerReactions } from './reactions.ts';
import { reviewSpans } from '../reviewed/spans.ts';
import { offerTable } from './table.ts';
import type { OfferPolicy, OfferState } from './types.ts';
import { offerView } from './view.ts';

/** The whole behaviour of what a donor offers in advance. */
export const offerDecider: Decider<OfferState, OfferPolicy> = withParking(
  {
    type: 'offer',
    table: offerTable,
    initial: initialOffer,
    decide: decideOffer,
    evolve: evolveOffer,
    reactions: offerReactions,
    view: offerView,
  },
  { shift: shiftOffer, spans: reviewSpans(workingDays) },
);
