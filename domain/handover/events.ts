import type { CaseState, JsonObject, NewEvent } from '../kernel/types.ts';

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

/** Makes an event whose data fits its type. */
export const happened = <K extends HandoverEventType>(type: K, data: HandoverEvents[K]): NewEvent => ({
  type,
  data: data as unknown as JsonObject,
});
