import type { Authority } from '../application/types.ts';
import type { CaseState, JsonObject, Level, NewEvent } from '../kernel/types.ts';
import type { ComplaintState, Handling } from './types.ts';

type Clock = CaseState['clock'];

/** What can happen to a complaint: event type → its data. */
export interface ComplaintEvents {
  complaintSubmitted: { clock: Clock };
  /** `skipped`: levels without anybody who may handle it; reported to the operators. */
  handlingStarted: {
    cause: 'routed' | 'routeTimeout';
    eligible: ComplaintState['eligible'];
    skipped: readonly Level[];
    handling: Handling;
    clock: Clock;
  };
  handlerReminded: { level: Authority };
  /** Overdue: `from` slept and `to` handles it instead. */
  handlingTakenOver: {
    from: Authority;
    to: Authority;
    skipped: readonly Level[];
    handling: Handling;
    clock: Clock;
  };
  /** `measure`: what is done about it. `correction`: points that an appeal against a score gives back. */
  complaintUpheld: { by: Authority; measure: string; correction?: number; clock: Clock };
  complaintDismissed: { by: Authority; reasonCode: string; clock: Clock };
  /** The level above the one that decided looks at it again; its decision is final. */
  complaintObjected: { from: Authority; skipped: readonly Level[]; handling: Handling; clock: Clock };
  complaintClosed: { outcome: string };
  complaintWithdrawn: { because: 'asked' | 'lapsed' };
  complaintCancelled: { reasonCode: string };
}

export type ComplaintEventType = keyof ComplaintEvents;

/** Makes an event whose data fits its type. */
export const happened = <K extends ComplaintEventType>(type: K, data: ComplaintEvents[K]): NewEvent => ({
  type,
  data: data as unknown as JsonObject,
});
