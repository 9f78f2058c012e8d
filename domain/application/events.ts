import { eventMaker } from '../kernel/events.ts';
import type { ReassignEvents, ReviewedEvents } from '../reviewed/events.ts';
import type { Authority } from '../reviewed/types.ts';

/** What can happen to an application: event type → its data. */
export type ApplicationEvents = ReviewedEvents<'application'> &
  ReassignEvents & {
    /** The account holds the office from the moment this is recorded. */
    applicationApproved: { by: Authority };
  };

export type ApplicationEventType = keyof ApplicationEvents;

export const happened = eventMaker<ApplicationEvents>();
