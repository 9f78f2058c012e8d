import type { CaseEvent, Reaction } from '../kernel/types.ts';
import type { SponsorshipState } from './types.ts';

/**
 * First the needs are looked up, then one chunk after the other is claimed. Each answer asks for the next, so a worker
 * that dies in the middle goes on where it was.
 */
export function sponsorshipReactions(state: SponsorshipState, event: CaseEvent): readonly Reaction[] {
  const args = { sponsorshipId: state.id };
  if (['sendingAsked', 'sendingContinued', 'chunkSent'].includes(event.type)) return sending(state, event);
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

/** An asking that was followed by another asks for nothing more: the later one goes through everything. */
function sending({ id: sponsorshipId, sending }: SponsorshipState, { type, data }: CaseEvent): readonly Reaction[] {
  const round = Number(data['round']);
  if (type === 'chunkSent' && (data['left'] !== true || round !== sending?.round)) return [];
  const next = type === 'sendingAsked' ? 0 : Number(data['next']);
  return [{ effect: 'sendSponsored', args: { sponsorshipId, round, next } }];
}
