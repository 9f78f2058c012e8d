import { isOfHousehold } from '../access/scope.ts';
import type { Actor, By } from '../kernel/types.ts';
import { reviewRefusal } from '../reviewed/rights.ts';
import type { CertificationState } from './types.ts';

/** Why this actor may not send a command that the table gives to `by`; null when he may. */
export function rightsRefusal(state: CertificationState, actor: Actor, by: readonly By[]): string | null {
  const { applicantId: id, householdId, review } = state;
  const refusal = reviewRefusal(state, review, { by: 'person', id, refusal: 'OWN_CERTIFICATION' }, actor, by);
  if (refusal !== null) return refusal;
  if (!by.includes('reviewer')) return null;
  if (isOfHousehold(actor, householdId)) return 'OWN_CERTIFICATION';
  return actor.tie === 'helped' ? 'HELPED_HOUSEHOLD' : null;
}
