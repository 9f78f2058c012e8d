import type { ComplaintEvents, ComplaintEventType } from '../complaint/events.ts';
import type { ComplaintState } from '../complaint/types.ts';
import type { Level } from '../kernel/types.ts';
import type { Turn } from '../reviewed/types.ts';
import { nobody, to, type NoticeArgs, type Notify } from './notice.ts';
import { decidersOf, lostBy, turnBegun } from './reviewed.ts';
import type { Template } from './texts.ts';

const begun = ({ handling, skipped }: { handling: Turn; skipped: readonly Level[] }) =>
  turnBegun('complaint', 'complainant', 'complaint.handling', { turn: handling, skipped });

/** The complainant, or the household that has no account: by its phone. */
const complainant = ({ householdId }: ComplaintState, template: Template, args: NoticeArgs) =>
  to(householdId === undefined ? 'complainant' : 'recipient', template, args);

/** Every event of a complaint, and whom it concerns. Those whom it is about are told nothing here. */
export const COMPLAINT_NOTICES: {
  readonly [K in ComplaintEventType]: Notify<ComplaintState, ComplaintEvents[K]>;
} = {
  // The handling that begins at once says it.
  complaintSubmitted: nobody,
  handlingStarted: begun,
  handlerReminded: ({ level }) => [decidersOf(level, 'complaint.reminder')],
  handlingTakenOver: (data) => [...begun(data), ...lostBy('complaint', data.from, data.to)],
  handlingRerouted: begun,
  complaintUpheld: ({ by, measure }, { after }) => [
    complainant(after, 'complaint.upheld', { level: by, reasonCode: measure }),
  ],
  complaintDismissed: ({ by, reasonCode }, { after }) => [
    complainant(after, 'complaint.dismissed', { level: by, reasonCode }),
  ],
  complaintObjected: begun,
  // The decision before it has been told.
  complaintClosed: nobody,
  complaintWithdrawn: nobody,
  complaintCancelled: ({ reasonCode }, { after }) => [complainant(after, 'complaint.cancelled', { reasonCode })],
};
