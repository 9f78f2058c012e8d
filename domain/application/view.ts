import type { CaseView, WaitingOn } from '../kernel/types.ts';
import { reviewWaitsFor } from '../reviewed/waiting.ts';
import type { ApplicationState } from './types.ts';

/** Whom the application waits for. */
export const applicationWaitsFor = ({ stage, review }: ApplicationState): WaitingOn => reviewWaitsFor(stage, review);

/** What operators read: codes only. */
export const applicationView = (state: ApplicationState): CaseView => ({
  waitingOn: applicationWaitsFor(state),
  regionPath: state.regionPath,
  urgency: 2,
});
