import { evolveBy, type Evolve } from '../kernel/events.ts';
import type { JsonObject } from '../kernel/types.ts';
import { decidedAs, evolveReassigned, evolveReviewed, unrouted } from '../reviewed/evolve.ts';
import type { ApplicationEvents } from './events.ts';
import type { ApplicationSeed, ApplicationState } from './types.ts';

/** The state before the first event; `seed` was checked when the application's record was made. */
export function initialApplication(id: string, seed: JsonObject): ApplicationState {
  const { applicantId, level, regionCode, regionPath } = seed as unknown as ApplicationSeed;
  return { applicantId, level, regionCode, regionPath, ...unrouted(id), review: null };
}

const EVOLVE: Evolve<ApplicationEvents, ApplicationState> = {
  ...evolveReviewed('application'),
  ...evolveReassigned(),
  applicationApproved: (state, { by }, event) =>
    decidedAs(state, { stage: 'approved', outcome: 'approved', by }, event),
};

export const APPLICATION_EVENT_TYPES = Object.keys(EVOLVE);

export const evolveApplication = evolveBy('application', EVOLVE);
