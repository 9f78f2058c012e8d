import type { CaseView, WaitingOn } from '../kernel/types.ts';
import { reviewWaitsFor } from '../reviewed/waiting.ts';
import type { OfferState } from './types.ts';

/** Whom the offer waits for. */
export const offerWaitsFor = ({ stage, review }: OfferState): WaitingOn =>
  stage === 'open' ? 'donor' : reviewWaitsFor(stage, review);

/** What operators read: codes only. */
export const offerView = (state: OfferState): CaseView => ({
  waitingOn: offerWaitsFor(state),
  category: state.category,
  regionPath: state.regionPath,
  urgency: 2,
});
