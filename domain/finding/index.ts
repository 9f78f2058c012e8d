import { withParking } from '../kernel/parking.ts';
import type { Decider } from '../kernel/types.ts';
import { decideFinding } from './decide.ts';
import { evolveFinding, findingReactions, findingView, initialFinding } from './evolve.ts';
import { findingTable } from './table.ts';
import type { FindingPolicy, FindingState } from './types.ts';

/** The whole behaviour of something that the sweeper found: somebody owns it until it is settled. */
export const findingDecider: Decider<FindingState, FindingPolicy> = withParking({
  type: 'finding',
  table: findingTable,
  initial: initialFinding,
  decide: decideFinding,
  evolve: evolveFinding,
  reactions: findingReactions,
  view: findingView,
});
