import type { Spans } from '../kernel/migration.ts';
import { withParking } from '../kernel/parking.ts';
import type { Decider } from '../kernel/types.ts';
import { decideFinding } from './decide.ts';
import { evolveFinding, findingReactions, findingView, initialFinding } from './evolve.ts';
import { findingTable } from './table.ts';
import type { FindingPolicy, FindingState } from './types.ts';

/** What the policy sets of the clock. */
const findingSpans: Spans<FindingState, FindingPolicy> = ({ stage, stageSince: since }) => {
  switch (stage) {
    case 'open':
      return { remindOwner: { since, days: (p) => p.openWorkingDays, working: true } };
    case 'taken':
      return { remindOwner: { since, days: (p) => p.takenWorkingDays, working: true } };
    case 'settled':
      return { close: { since, days: (p) => p.settledDays } };
    default:
      return {};
  }
};

/** The whole behaviour of something that the sweeper found: somebody owns it until it is settled. */
export const findingDecider: Decider<FindingState, FindingPolicy> = withParking(
  {
    type: 'finding',
    table: findingTable,
    initial: initialFinding,
    decide: decideFinding,
    evolve: evolveFinding,
    reactions: findingReactions,
    view: findingView,
  },
  { spans: findingSpans },
);
