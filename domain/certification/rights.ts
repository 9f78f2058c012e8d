import type { Actor, By } from '../kernel/types.ts';
import { reviewRefusal } from '../reviewed/rights.ts';
import type { CertificationState } from './types.ts';

/** Why this actor may not send a command that the table gives to `by`; null when he may. */
export function rightsRefusal(state: CertificationState, actor: Actor, by: readonly By[]): string | null {
  const { applicantId: id, householdId, review } = state;
  const refusal = reviewRefusal(state, review, { by: 'person', id, refusal: 'OWN_CERTIFICATION' }, actor, by);
  if (refusal !== null) return refusal;
  const ofHousehold = householdId !== undefined && (actor.tie === 'own' || actor.householdId === householdId);
  return by.includes('reviewer') && ofHousehold ? 'OWN_CERTIFICATION' : null;
}
