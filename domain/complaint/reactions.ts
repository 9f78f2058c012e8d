import type { CaseEvent, Reaction } from '../kernel/types.ts';
import type { ComplaintState } from './types.ts';

/** Who may handle it is looked up outside. */
export const complaintReactions = (state: ComplaintState, event: CaseEvent): readonly Reaction[] =>
  event.type === 'complaintSubmitted' ? [{ effect: 'routeComplaint', args: { complaintId: state.id } }] : [];
