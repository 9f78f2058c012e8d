import type { ApplicationEvents, ApplicationEventType } from '../application/events.ts';
import type { ApplicationState } from '../application/types.ts';
import { to, type Notify } from './notice.ts';
import { reviewNotices, turnBegun } from './reviewed.ts';

const office = ({ level }: ApplicationState) => ({ office: level });

/** Every event of an application, and whom it concerns. */
export const APPLICATION_NOTICES: {
  readonly [K in ApplicationEventType]: Notify<ApplicationState, ApplicationEvents[K]>;
} = {
  ...reviewNotices<'application', ApplicationState>('application', 'applicant', office),
  reviewReassigned: ({ review }, { after }) =>
    turnBegun('application', 'applicant', 'application.underReview', {
      ...{ turn: review, skipped: [], args: office(after) },
    }),
  applicationApproved: (_data, { after }) => [to('applicant', 'application.approved', office(after))],
};
