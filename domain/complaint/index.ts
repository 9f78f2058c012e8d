import { withParking } from '../kernel/parking.ts';
import type { Decider } from '../kernel/types.ts';
import { decideComplaint } from './decide.ts';
import { evolveComplaint, initialComplaint, shiftComplaint } from './evolve.ts';
import { complaintReactions } from './reactions.ts';
import { complaintSpans } from './spans.ts';
import { complaintTable } from './table.ts';
import type { ComplaintPolicy, ComplaintState } from './types.ts';
import { complaintView } from './view.ts';

/** The whole behaviour of a complaint. */
export const complaintDecider: Decider<ComplaintState, ComplaintPolicy> = withParking(
  {
    type: 'complaint',
    table: complaintTable,
    initial: initialComplaint,
    decide: decideComplaint,
    evolve: evolveComplaint,
    reactions: complaintReactions,
    view: complaintView,
  },
  { shift: shiftComplaint, spans: complaintSpans },
);
