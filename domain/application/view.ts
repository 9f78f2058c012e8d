import type { CaseView, WaitingOn } from '../kernel/types.ts';
import { REVIEWER } from '../need/view.ts';
import type { ApplicationState } from './types.ts';

/** Whom the application waits for. */
export function applicationWaitsFor({ stage, review }: ApplicationState): WaitingOn {
  switch (stage) {
    case 'draft':
    case 'submitted':
      return 'system';
    case 'underReview':
      return review === null || review.level === 'operator' ? 'operator' : REVIEWER[review.level];
    case 'parked':
      return 'operator';
    default:
      return 'nobody';
  }
}

/** What operators read: codes only. */
export const applicationView = (state: ApplicationState): CaseView => ({
  waitingOn: applicationWaitsFor(state),
  regionPath: state.regionPath,
  urgency: 2,
});
