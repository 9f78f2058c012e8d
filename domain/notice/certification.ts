import type { CertificationEvents, CertificationEventType } from '../certification/events.ts';
import type { CertificationState } from '../certification/types.ts';
import { to, type Notify } from './notice.ts';
import { reviewNotices, turnBegun } from './reviewed.ts';

/** Every event of a certification, and whom it concerns. */
export const CERTIFICATION_NOTICES: {
  readonly [K in CertificationEventType]: Notify<CertificationState, CertificationEvents[K]>;
} = {
  ...reviewNotices<'certification', CertificationState>('certification', 'applicant'),
  reviewReassigned: ({ review: turn }) =>
    turnBegun('certification', 'applicant', 'certification.underReview', { turn, skipped: [] }),
  certificationApproved: () => [to('applicant', 'certification.approved')],
};
