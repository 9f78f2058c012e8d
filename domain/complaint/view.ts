import type { CaseView, WaitingOn } from '../kernel/types.ts';
import { REVIEWER } from '../need/view.ts';
import type { ComplaintState } from './types.ts';

/** Whom the complaint waits for. */
export function complaintWaitsFor({ stage, handling }: ComplaintState): WaitingOn {
  switch (stage) {
    case 'draft':
    case 'submitted':
      return 'system';
    case 'handling':
      return handling === null || handling.level === 'operator' ? 'operator' : REVIEWER[handling.level];
    case 'decided':
      return 'clock';
    case 'parked':
      return 'operator';
    default:
      return 'nobody';
  }
}

/** What operators read: codes only. */
export const complaintView = (state: ComplaintState): CaseView => ({
  waitingOn: complaintWaitsFor(state),
  category: state.about,
  regionPath: state.regionPath,
  urgency: 2,
});
