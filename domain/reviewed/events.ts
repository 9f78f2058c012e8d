import type { CaseState, Level } from '../kernel/types.ts';
import type { Authority, Eligible, Turn } from './types.ts';

type Clock = CaseState['clock'];

/** Why somebody's turn begins. */
export type Cause = 'routed' | 'routeTimeout';

/** What happens to whatever somebody asks for, by the noun of its kind: `offer` has `offerSubmitted`. */
export type AskedEvents<N extends string> = { [K in `${N}Submitted`]: { clock: Clock } } & {
  [K in `${N}Withdrawn`]: { because: 'asked' | 'lapsed' };
} & { [K in `${N}Cancelled`]: { reasonCode: string } };

/** The review itself. */
export interface ReviewEvents {
  /** `skipped`: levels without anybody who may decide; reported to the operators. */
  reviewStarted: { cause: Cause; eligible: Eligible; skipped: readonly Level[]; review: Turn; clock: Clock };
  reviewerReminded: { level: Authority };
  /** Overdue: `from` slept and `to` decides instead. */
  reviewTakenOver: { from: Authority; to: Authority; skipped: readonly Level[]; review: Turn; clock: Clock };
  /** Nobody is left on `from` (frozen, no longer in office): `to` decides instead. Nobody slept. */
  reviewRerouted: {
    from: Authority;
    to: Authority;
    skipped: readonly Level[];
    eligible: Eligible;
    review: Turn;
    clock: Clock;
  };
}

/** By an operator; `from`: null where nobody had it yet. */
export interface ReassignEvents {
  reviewReassigned: { from: Authority | null; to: Authority; review: Turn; clock: Clock };
}

export type ReviewedEvents<N extends string> = AskedEvents<N> &
  ReviewEvents & { [K in `${N}Refused`]: { by: Authority; reasonCode: string } };
