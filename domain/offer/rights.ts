import type { Actor, By } from '../kernel/types.ts';
import { reviewRefusal } from '../reviewed/rights.ts';
import type { OfferState } from './types.ts';

/** Why this actor may not send a command that the table gives to `by`; null when he may. */
export const rightsRefusal = (state: OfferState, actor: Actor, by: readonly By[]): string | null =>
  reviewRefusal(state, state.review, { by: 'donor', id: state.donorId, refusal: 'OWN_OFFER' }, actor, by);
