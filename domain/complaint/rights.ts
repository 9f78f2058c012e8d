import { isOfHousehold } from '../access/scope.ts';
import type { Actor, By } from '../kernel/types.ts';
import { reviewRefusal } from '../reviewed/rights.ts';
import type { ComplaintState } from './types.ts';

/** Whether it is about him, or about the one he stands in for. */
export const isAccused = ({ accusedIds }: Pick<ComplaintState, 'accusedIds'>, { id, standsInFor }: Actor): boolean =>
  accusedIds.includes(id) || (standsInFor !== undefined && accusedIds.includes(standsInFor));

/** Why this actor may not send a command that the table gives to `by`; null when he may. */
export function rightsRefusal(state: ComplaintState, actor: Actor, by: readonly By[]): string | null {
  const { complainantId: id, householdId, handling, decidedBy } = state;
  // Before anything else: a complaint never comes into the hands of those whom it is about.
  if (actor.id !== id && isAccused(state, actor)) return 'NOT_PERMITTED';
  const refusal = reviewRefusal(state, handling, { by: 'person', id, refusal: 'OWN_COMPLAINT' }, actor, by);
  if (refusal !== null) return refusal;
  if (by.includes('reviewer') && isOfHousehold(actor, householdId)) return 'OWN_COMPLAINT';
  // An objection goes to somebody who has not decided yet.
  return by.includes('reviewer') && actor.id === decidedBy?.id ? 'SECOND_REVIEWER_NEEDED' : null;
}
