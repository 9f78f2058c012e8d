import type { CaseEvent, Reaction } from '../kernel/types.ts';
import type { SponsorshipState } from './types.ts';

/**
 * First the needs are looked up, then one chunk after the other is claimed. Each answer asks for the next, so a worker
 * that dies in the middle goes on where it was.
 */
export function sponsorshipReactions(state: SponsorshipState, event: CaseEvent): readonly Reaction[] {
  const args = { sponsorshipId: state.id };
  const again = event.type === 'workContinued';
  if (event.type === 'sponsorshipApproved' || (again && event.data['planned'] === false)) {
    return [{ effect: 'planSponsorship', args }];
  }
  const more =
    again ||
    (event.type === 'sponsorshipPlanned' && event.data['planned'] !== 0) ||
    (event.type === 'chunkClaimed' && event.data['left'] === true);
  return more ? [{ effect: 'claimSponsored', args }] : [];
}
