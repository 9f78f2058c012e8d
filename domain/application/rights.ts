import type { Actor, By } from '../kernel/types.ts';
import { reviewRefusal } from '../reviewed/rights.ts';
import type { ApplicationState } from './types.ts';

/** Why this actor may not send a command that the table gives to `by`; null when he may. */
export const rightsRefusal = (state: ApplicationState, actor: Actor, by: readonly By[]): string | null =>
  reviewRefusal(state, state.review, { by: 'person', id: state.applicantId, refusal: 'OWN_APPLICATION' }, actor, by);
