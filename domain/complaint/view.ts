import type { CaseView, WaitingOn } from '../kernel/types.ts';
import { reviewWaitsFor } from '../reviewed/waiting.ts';
import type { ComplaintState } from './types.ts';

/** Whom the complaint waits for. */
export const complaintWaitsFor = ({ stage, handling }: ComplaintState): WaitingOn =>
  stage === 'decided' ? 'clock' : reviewWaitsFor(stage, handling);

/** What operators read: codes only. */
export const complaintView = (state: ComplaintState): CaseView => ({
  waitingOn: complaintWaitsFor(state),
  category: state.about,
  regionPath: state.regionPath,
  urgency: 2,
});
