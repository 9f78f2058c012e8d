import { eventMaker } from '../kernel/events.ts';
import type { CaseState, Instant } from '../kernel/types.ts';
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

export const happened = eventMaker<FindingEvents>();
