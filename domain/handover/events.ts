import { eventMaker } from '../kernel/events.ts';
import type { CaseState } from '../kernel/types.ts';

/** What can happen to a handing over: event type → its data. */
export interface HandoverEvents {
  handoverOffered: { clock: CaseState['clock'] };
  receiverReminded: Record<never, never>;
  /** The colleague has the reviews from the moment the needs have heard of it. */
  handoverAccepted: Record<never, never>;
  handoverRefused: { reasonCode: string };
  handoverWithdrawn: Record<never, never>;
  handoverLapsed: Record<never, never>;
  handoverCancelled: { reasonCode: string };
}

export type HandoverEventType = keyof HandoverEvents;

export const happened = eventMaker<HandoverEvents>();
