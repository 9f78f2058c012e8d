import { withParking } from '../kernel/parking.ts';
import type { Decider } from '../kernel/types.ts';
import { shiftReview } from '../reviewed/evolve.ts';
import { reviewSpans } from '../reviewed/spans.ts';
import { decideApplication, reassignApplication, workingDays } from './decide.ts';
import { evolveApplication, initialApplication } from './evolve.ts';
import { applicationReactions } from './reactions.ts';
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
  { shift: shiftReview, spans: reviewSpans(workingDays), reassign: reassignApplication },
);
