import { withParking } from '../kernel/parking.ts';
import type { Decider } from '../kernel/types.ts';
import { decideNeed } from './decide.ts';
import { evolveNeed, initialNeed } from './evolve.ts';
import { needReactions } from './reactions.ts';
import { reassignNeed } from './reassign.ts';
import { shiftNeed } from './shift.ts';
import { needSpans } from './spans.ts';
import { needTable } from './table.ts';
import type { NeedPolicy, NeedState } from './types.ts';
import { needView } from './view.ts';

/** A need's whole behaviour. Returning from `parked` needs no settling: a need that enters a stage is told its tally. */
export const needDecider: Decider<NeedState, NeedPolicy> = withParking(
  {
    type: 'need',
    table: needTable,
    initial: initialNeed,
    decide: decideNeed,
    evolve: evolveNeed,
    reactions: needReactions,
    view: needView,
  },
  { shift: shiftNeed, spans: needSpans, reassign: reassignNeed },
);
