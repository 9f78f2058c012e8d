import type { CaseState, Instant, JsonObject, NewEvent } from '../kernel/types.ts';
import type { FindingOutcome } from './types.ts';

type Clock = CaseState['clock'];

/** What can happen to a finding: event type → its data. */
export interface FindingEvents {
  findingReported: { clock: Clock };
  findingTaken: { ownerId: string; clock: Clock };
  /** Handed to another operator, by its owner or by a colleague. */
  findingAssigned: { ownerId: string; clock: Clock };
  findingLetGo: { clock: Clock };
  ownerReminded: { ownerId: string | null; clock: Clock };
  findingSettled: { outcome: FindingOutcome; quietUntil: Instant; clock: Clock };
  findingReopened: { clock: Clock };
  findingClosed: { outcome: FindingOutcome | 'expired' };
  findingCancelled: { reasonCode: string };
}

export type FindingEventType = keyof FindingEvents;

/** Makes an event whose data fits its type. */
export const happened = <K extends FindingEventType>(type: K, data: FindingEvents[K]): NewEvent => ({
  type,
  data: data as unknown as JsonObject,
});
