import { eventMaker } from '../kernel/events.ts';
import type { ReassignEvents, ReviewedEvents } from '../reviewed/events.ts';
import type { Authority } from '../reviewed/types.ts';

/** What can happen to a certification: event type → its data. */
export type CertificationEvents = ReviewedEvents<'certification'> &
  ReassignEvents & {
    /** The account counts as real from the moment this is recorded. */
    certificationApproved: { by: Authority };
  };

export type CertificationEventType = keyof CertificationEvents;

export const happened = eventMaker<CertificationEvents>();
