import type { ApplicationEvents, ApplicationEventType } from '../application/events.ts';
import type { ApplicationState, Authority } from '../application/types.ts';
import { cadres, nobody, to, type Notice, type NoticeArgs, type Notify } from './notice.ts';
import type { Template } from './texts.ts';

/** Those whose turn it is: the cadres of a level, or the operators. */
export const decidersOf = (authority: Authority, template: Template, args: NoticeArgs): Notice =>
  authority === 'operator'
    ? to('operators', template, { level: authority, ...args })
    : cadres(authority, template, args);

export const skippedNote = (skipped: readonly string[]): NoticeArgs =>
  skipped.length === 0 ? {} : { skipped: skipped.join(',') };

/** A review begins on some level; operators hear of levels without a cadre, unless it is their own turn anyway. */
function begun(
  { review, skipped }: Pick<ApplicationEvents['reviewStarted'], 'review' | 'skipped'>,
  { level: office }: ApplicationState,
): readonly Notice[] {
  const { level, dueAt } = review;
  const report = skipped.length > 0 && level !== 'operator';
  return [
    decidersOf(level, 'application.assigned', { office, dueAt, ...skippedNote(skipped) }),
    to('applicant', 'application.underReview', { office, level, dueAt }),
    ...(report ? [to('operators', 'application.noCadre', { office, level, ...skippedNote(skipped) })] : []),
  ];
}

/** Every event of an application, and whom it concerns. */
export const APPLICATION_NOTICES: {
  readonly [K in ApplicationEventType]: Notify<ApplicationState, ApplicationEvents[K]>;
} = {
  // The review that begins at once says it.
  applicationSubmitted: nobody,
  reviewStarted: (data, { after }) => begun(data, after),
  reviewerReminded: ({ level }, { after }) => [decidersOf(level, 'application.reminder', { office: after.level })],
  reviewTakenOver: (data, { after }) => [
    ...begun(data, after),
    ...(data.from === 'operator' || data.from === data.to
      ? []
      : [cadres(data.from, 'application.lost', { office: after.level, by: data.to })]),
  ],
  reviewReassigned: (data, { after }) => begun({ review: data.review, skipped: [] }, after),
  applicationApproved: (_data, { after }) => [to('applicant', 'application.approved', { office: after.level })],
  applicationRefused: ({ by, reasonCode }, { after }) => [
    to('applicant', 'application.refused', { office: after.level, level: by, reasonCode }),
  ],
  applicationWithdrawn: nobody,
  applicationCancelled: ({ reasonCode }, { after }) => [
    to('applicant', 'application.cancelled', { office: after.level, reasonCode }),
  ],
};
