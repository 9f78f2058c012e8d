import type { CaseEvent, Reaction } from '../kernel/types.ts';
import type { ApplicationState } from './types.ts';

/** Who may decide is looked up outside. The office itself is given in the recording of the approval. */
export const applicationReactions = (state: ApplicationState, event: CaseEvent): readonly Reaction[] =>
  event.type === 'applicationSubmitted' ? [{ effect: 'routeApplication', args: { applicationId: state.id } }] : [];
