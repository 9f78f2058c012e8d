import type { CaseEvent, Reaction } from '../kernel/types.ts';
import type { NeedState } from './types.ts';

/** Events after which donors' unsent holds must be freed. */
const ENDS_CLAIMS: readonly string[] = ['reviewRefused', 'needTakenDown', 'needWithdrawn', 'needCancelled'];

/** Outside work because of an event. `state` is the one after it. */
export function needReactions(state: NeedState, event: CaseEvent): readonly Reaction[] {
  const edited = event.type === 'needEdited' && event.data['screen'] === true;
  if (event.type === 'needSubmitted' || event.type === 'needResubmitted' || edited) {
    return [{ effect: 'screen', args: { needId: state.id } }];
  }
  if (event.type === 'needChallenged') return [{ effect: 'pausePledges', args: { needId: state.id } }];
  // A doubt may have been dismissed just now: who holds units may go on all the same.
  if (event.type === 'needPaused' && event.data['by'] === 'household') {
    return [{ effect: 'resumePledges', args: { needId: state.id } }];
  }
  const cleared = event.data['of'] === 'dismissed' || event.data['of'] === 'challenge';
  if (cleared && (event.type === 'needPublished' || event.type === 'matchingResumed')) {
    return [{ effect: 'resumePledges', args: { needId: state.id } }];
  }
  const wasPublic = state.publishedAt !== null;
  // A claim may be on its way that this need has not heard of, so its own count of open pledges is not asked here.
  const closedOpen =
    event.type === 'needClosed' && (state.openPledges > 0 || event.data['outcome'] === 'nothingReceived');
  const frees = wasPublic && (ENDS_CLAIMS.includes(event.type) || closedOpen);
  return frees ? [{ effect: 'voidPledges', args: { needId: state.id, because: event.type } }] : [];
}
