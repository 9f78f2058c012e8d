import { evolveBy, type Evolve } from '../kernel/events.ts';
import type { JsonObject } from '../kernel/types.ts';
import { decidedAs, evolveReassigned, evolveReviewed, unrouted } from '../reviewed/evolve.ts';
import type { CertificationEvents } from './events.ts';
import type { CertificationSeed, CertificationState } from './types.ts';

/** The state before the first event; `seed` was checked when the record was made. */
export function initialCertification(id: string, seed: JsonObject): CertificationState {
  const { applicantId, householdId, regionPath } = seed as unknown as CertificationSeed;
  const household = householdId !== undefined && { householdId };
  return { applicantId, ...household, regionPath, ...unrouted(id), review: null };
}

const EVOLVE: Evolve<CertificationEvents, CertificationState> = {
  ...evolveReviewed('certification'),
  ...evolveReassigned(),
  certificationApproved: (state, { by }, event) =>
    decidedAs(state, { stage: 'approved', outcome: 'approved', by }, event),
};

export const CERTIFICATION_EVENT_TYPES = Object.keys(EVOLVE);

export const evolveCertification = evolveBy('certification', EVOLVE);
