import { withParking } from '../kernel/parking.ts';
import type { Decider } from '../kernel/types.ts';
import { decideApplication, reassignApplication } from './decide.ts';
import { evolveApplication, initialApplication, shiftApplication } from './evolve.ts';
import { applicationReactions } from './reactions.ts';
import { applicationSpans } from './spans.ts';
import { applicationTable } from './table.ts';
import type { ApplicationPolicy, ApplicationState } from './types.ts';
import { applicationView } from './view.ts';

/** The whole behaviour of an application for a cadre's office. */
export const applicationDecider: Decider<ApplicationState, ApplicationPolicy> = withParking(
  {
    type: 'application',
    table: applicationTable,
    initial: initialApplication,
    decide: decideApplication,
    evolve: evolveApplication,
    reactions: applicationReactions,
    view: applicationView,
  },
  { shift: shiftApplication, spans: applicationSpans, reassign: reassignApplication },
);
