import { eventMaker } from '../kernel/events.ts';
import type { CaseState, Level } from '../kernel/types.ts';
import type { AskedEvents, Cause } from '../reviewed/events.ts';
import type { Authority, Eligible, Turn } from '../reviewed/types.ts';

type Clock = CaseState['clock'];

/** What can happen to a complaint: event type → its data. A review in words of its own, and older than the shared ones. */
export interface ComplaintEvents extends AskedEvents<'complaint'> {
  /** `skipped`: levels without anybody who may handle it; reported to the operators. */
  handlingStarted: { cause: Cause; eligible: Eligible; skipped: readonly Level[]; handling: Turn; clock: Clock };
  handlerReminded: { level: Authority };
  /** Overdue: `from` slept and `to` handles it instead. */
  handlingTakenOver: { from: Authority; to: Authority; skipped: readonly Level[]; handling: Turn; clock: Clock };
  /** Nobody is left on `from` (frozen, no longer in office): `to` handles it instead. Nobody slept. */
  handlingRerouted: {
    from: Authority;
    to: Authority;
    skipped: readonly Level[];
    eligible: Eligible;
    handling: Turn;
    clock: Clock;
  };
  /** `measure`: what is done about it. `correction`: points that an appeal against a score gives back. */
  complaintUpheld: { by: Authority; measure: string; correction?: number; clock: Clock };
  complaintDismissed: { by: Authority; reasonCode: string; clock: Clock };
  /** The level above the one that decided looks at it again; its decision is final. */
  complaintObjected: { from: Authority; skipped: readonly Level[]; handling: Turn; clock: Clock };
  complaintClosed: { outcome: string };
}

export type ComplaintEventType = keyof ComplaintEvents;

export const happened = eventMaker<ComplaintEvents>();
