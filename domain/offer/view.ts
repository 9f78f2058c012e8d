import type { CaseView, WaitingOn } from '../kernel/types.ts';
import { REVIEWER } from '../need/view.ts';
import type { OfferState } from './types.ts';

/** Whom the offer waits for. */
export function offerWaitsFor({ stage, review }: OfferState): WaitingOn {
  switch (stage) {
    case 'draft':
    case 'submitted':
      return 'system';
    case 'underReview':
      return review === null || review.level === 'operator' ? 'operator' : REVIEWER[review.level];
    case 'open':
      return 'donor';
    case 'parked':
      return 'operator';
    default:
      return 'nobody';
  }
}

/** What operators read: codes only. */
export const offerView = (state: OfferState): CaseView => ({
  waitingOn: offerWaitsFor(state),
  category: state.category,
  regionPath: state.regionPath,
  urgency: 2,
});
