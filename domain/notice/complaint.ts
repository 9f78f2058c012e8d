import type { Authority } from '../application/types.ts';
import type { ComplaintEvents, ComplaintEventType } from '../complaint/events.ts';
import type { ComplaintState, Handling } from '../complaint/types.ts';
import type { Level } from '../kernel/types.ts';
import { decidersOf, skippedNote } from './application.ts';
import { cadres, nobody, to, type Notice, type Notify } from './notice.ts';

/** Somebody's turn begins; operators hear of levels without a cadre, unless it is their own turn anyway. */
function begun({ handling, skipped }: { handling: Handling; skipped: readonly Level[] }): readonly Notice[] {
  const { level, dueAt } = handling;
  const report = skipped.length > 0 && level !== 'operator';
  return [
    decidersOf(level, 'complaint.assigned', { dueAt, ...skippedNote(skipped) }),
    to('complainant', 'complaint.handling', { level, dueAt }),
    ...(report ? [to('operators', 'complaint.noCadre', { level, ...skippedNote(skipped) })] : []),
  ];
}

const lost = (from: Authority, by: Authority): readonly Notice[] =>
  from === 'operator' || from === by ? [] : [cadres(from, 'complaint.lost', { by })];

/** Every event of a complaint, and whom it concerns. Those whom it is about are told nothing here. */
export const COMPLAINT_NOTICES: {
  readonly [K in ComplaintEventType]: Notify<ComplaintState, ComplaintEvents[K]>;
} = {
  // The handling that begins at once says it.
  complaintSubmitted: nobody,
  handlingStarted: begun,
  handlerReminded: ({ level }) => [decidersOf(level, 'complaint.reminder', {})],
  handlingTakenOver: (data) => [...begun(data), ...lost(data.from, data.to)],
  complaintUpheld: ({ by, measure }) => [to('complainant', 'complaint.upheld', { level: by, reasonCode: measure })],
  complaintDismissed: ({ by, reasonCode }) => [to('complainant', 'complaint.dismissed', { level: by, reasonCode })],
  complaintObjected: begun,
  // The decision before it has been told.
  complaintClosed: nobody,
  complaintWithdrawn: nobody,
  complaintCancelled: ({ reasonCode }) => [to('complainant', 'complaint.cancelled', { reasonCode })],
};
