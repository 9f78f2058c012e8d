import type { Spans } from '../kernel/migration.ts';
import { withParking } from '../kernel/parking.ts';
import type { Decider } from '../kernel/types.ts';
import { decideHandover } from './decide.ts';
import { evolveHandover, initialHandover } from './evolve.ts';
import { handoverTable } from './table.ts';
import type { HandoverPolicy, HandoverState } from './types.ts';
import { handoverView } from './view.ts';

/** What the policy sets of the clock. */
const handoverSpans: Spans<HandoverState, HandoverPolicy> = ({ stage, stageSince: since }) =>
  stage === 'offered'
    ? {
        remindReceiver: { since, days: (p) => p.answerWorkingDays / 2, working: true },
        lapse: { since, days: (p) => p.answerWorkingDays, working: true },
      }
    : {};

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
  { spans: handoverSpans },
);
