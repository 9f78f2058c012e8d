import { withParking } from '../kernel/parking.ts';
import type { Decider } from '../kernel/types.ts';
import { decidePledge } from './decide.ts';
import { reassignPledge } from './delivery.ts';
import { evolvePledge, initialPledge, shiftPledge } from './evolve.ts';
import { pledgeReactions } from './reactions.ts';
import { pledgeSpans } from './spans.ts';
import { pledgeTable } from './table.ts';
import type { PledgePolicy, PledgeState } from './types.ts';
import { pledgeView } from './view.ts';

/** A pledge's whole behaviour. */
export const pledgeDecider: Decider<PledgeState, PledgePolicy> = withParking(
  {
    type: 'pledge',
    table: pledgeTable,
    initial: initialPledge,
    decide: decidePledge,
    evolve: evolvePledge,
    reactions: pledgeReactions,
    view: pledgeView,
  },
  { shift: shiftPledge, spans: pledgeSpans, reassign: reassignPledge },
);
