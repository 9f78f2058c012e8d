import type { CaseState, JsonObject, Level, NewEvent } from '../kernel/types.ts';
import type { ApplicationReview, ApplicationState, Authority } from './types.ts';

type Clock = CaseState['clock'];

/** What can happen to an application: event type → its data. */
export interface ApplicationEvents {
  applicationSubmitted: { clock: Clock };
  /** `skipped`: levels without anybody who may decide; reported to the operators. */
  reviewStarted: {
    cause: 'routed' | 'routeTimeout';
    eligible: ApplicationState['eligible'];
    skipped: readonly Level[];
    review: ApplicationReview;
    clock: Clock;
  };
  reviewerReminded: { level: Authority };
  /** Overdue: `from` slept and `to` decides instead. */
  reviewTakenOver: {
    from: Authority;
    to: Authority;
    skipped: readonly Level[];
    review: ApplicationReview;
    clock: Clock;
  };
  /** By an operator; `from`: null where nobody had it yet. */
  reviewReassigned: { from: Authority | null; to: Authority; review: ApplicationReview; clock: Clock };
  /** The account holds the office from the moment this is recorded. */
  applicationApproved: { by: Authority };
  applicationRefused: { by: Authority; reasonCode: string };
  applicationWithdrawn: { because: 'asked' | 'lapsed' };
  applicationCancelled: { reasonCode: string };
}

export type ApplicationEventType = keyof ApplicationEvents;

/** Makes an event whose data fits its type. */
export const happened = <K extends ApplicationEventType>(type: K, data: ApplicationEvents[K]): NewEvent => ({
  type,
  data: data as unknown as JsonObject,
});
