import type { CaseEvent, CaseState, JsonObject, Level } from './kernel/types.ts';
import type { NeedState } from './need/types.ts';
import type { PledgeState } from './pledge/types.ts';
import { LEVELS } from './region/region.ts';

/**
 * Which level let a deadline pass, so that somebody else had to act: another level, an operator, or nobody at all any more.
 * Second reviews and second askings are no cases: `sleepersOf` (need/second-look.ts) says it of them.
 * Nobody slept when a cadre was frozen, or when the household or a donor was late.
 */
type Slept = (data: JsonObject, before: CaseState, event: CaseEvent) => unknown;

const from: Slept = (data) => data['from'];
const handingOff: Slept = (_data, before) => (before as NeedState).handOff?.level;
const disputed: Slept = (_data, before) => (before as PledgeState).disputeLevel;

const OVERDUE: { readonly [caseType: string]: { readonly [eventType: string]: Slept } } = {
  need: {
    reviewTakenOver: from,
    decisionOverdue: from,
    challengeUpheld: ({ because, from: level }) => (because === 'expired' ? level : null),
    handOffMovedUp: handingOff,
    // The second time nobody comes after; an aid unit may say the same of its own accord.
    handOffResolved: (data, before, event) => (event.actor.role === 'clock' ? handingOff(data, before, event) : null),
    // From the city on nobody takes over, and where no county may decide, nobody decides in time.
    parked: ({ reason }, before) =>
      reason === 'reviewOverdue' || reason === 'decisionOverdue' ? (before as NeedState).review?.level : null,
  },
  pledge: {
    disputeEscalated: disputed,
    parked: ({ reason }, before, event) => (reason === 'disputeOverdue' ? disputed({}, before, event) : null),
  },
  application: { reviewTakenOver: from },
  certification: { reviewTakenOver: from },
  offer: { reviewTakenOver: from },
  complaint: { handlingTakenOver: from },
};

/** The level that slept; null for every other event. Operators have no region to be counted in. */
export function sleptLevel(caseType: string, event: CaseEvent, before: CaseState): Level | null {
  const kinds = Object.hasOwn(OVERDUE, caseType) ? OVERDUE[caseType] : undefined;
  const slept = kinds !== undefined && Object.hasOwn(kinds, event.type) ? kinds[event.type] : undefined;
  const level = slept?.(event.data, before, event);
  return LEVELS.find((known) => known === level) ?? null;
}
