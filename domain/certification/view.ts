import type { CaseView, WaitingOn } from '../kernel/types.ts';
import { reviewWaitsFor } from '../reviewed/waiting.ts';
import type { CertificationState } from './types.ts';

/** Whom the certification waits for. */
export const certificationWaitsFor = ({ stage, review }: CertificationState): WaitingOn =>
  reviewWaitsFor(stage, review);

/** What operators read: codes only. */
export const certificationView = (state: CertificationState): CaseView => ({
  waitingOn: certificationWaitsFor(state),
  regionPath: state.regionPath,
  urgency: 2,
});
