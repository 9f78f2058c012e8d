import type { ComplaintEvents, ComplaintEventType } from '../complaint/events.ts';
import type { ComplaintState } from '../complaint/types.ts';
import type { Level } from '../kernel/types.ts';
import type { Turn } from '../reviewed/types.ts';
import { nobody, to, type Notify } from './notice.ts';
import { decidersOf, lostBy, turnBegun } from './reviewed.ts';

const begun = ({ handling, skipped }: { handling: Turn; skipped: readonly Level[] }) =>
  turnBegun('complaint', 'complainant', 'complaint.handling', { turn: handling, skipped });

/** Every event of a complaint, and whom it concerns. Those whom it is about are told nothing here. */
export const COMPLAINT_NOTICES: {
  readonly [K in ComplaintEventType]: Notify<ComplaintState, ComplaintEvents[K]>;
} = {
  // The handling that begins at once says it.
  complaintSubmitted: nobody,
  handlingStarted: begun,
  handlerReminded: ({ level }) => [decidersOf(level, 'complaint.reminder')],
  handlingTakenOver: (data) => [...begun(data), ...lostBy('complaint', data.from, data.to)],
  complaintUpheld: ({ by, measure }) => [to('complainant', 'complaint.upheld', { level: by, reasonCode: measure })],
  complaintDismissed: ({ by, reasonCode }) => [to('complainant', 'complaint.dismissed', { level: by, reasonCode })],
  complaintObjected: begun,
  // The decision before it has been told.
  complaintClosed: nobody,
  complaintWithdrawn: nobody,
  complaintCancelled: ({ reasonCode }) => [to('complainant', 'complaint.cancelled', { reasonCode })],
};
