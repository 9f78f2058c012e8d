import { withParking } from '../kernel/parking.ts';
import type { Decider } from '../kernel/types.ts';
import { decideHandover } from './decide.ts';
import { evolveHandover, initialHandover } from './evolve.ts';
import { handoverTable } from './table.ts';
import type { HandoverPolicy, HandoverState } from './types.ts';
import { handoverView } from './view.ts';

/** The whole behaviour of work handed over from one cadre to a colleague. */
export const handoverDecider: Decider<HandoverState, HandoverPolicy> = withParking(
  {
    type: 'handover',
    table: handoverTable,
    initial: initialHandover,
    decide: decideHandover,
    evolve: evolveHandover,
    reactions: () => [],
    view: handoverView,
  },
  {},
);
