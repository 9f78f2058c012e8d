import type { CaseEvent, Reaction } from '../kernel/types.ts';
import type { OfferState } from './types.ts';

/** Who may decide is looked up outside; a withdrawn or cancelled offer takes back what nobody has answered yet. */
export function offerReactions(state: OfferState, event: CaseEvent): readonly Reaction[] {
  if (event.type === 'offerSubmitted') return [{ effect: 'routeOffer', args: { offerId: state.id } }];
  const ends = event.type === 'offerWithdrawn' || event.type === 'offerCancelled';
  return ends && state.decidedBy !== null ? [{ effect: 'voidProposals', args: {} }] : [];
}
