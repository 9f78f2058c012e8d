import type { CaseView, Level, WaitingOn } from '../kernel/types.ts';
import type { NeedState, Urgency } from './types.ts';

export const REVIEWER: Record<Level, WaitingOn> = {
  village: 'villageCadre',
  township: 'townCadre',
  county: 'countyCadre',
  city: 'cityCadre',
  province: 'provinceCadre',
};

export const URGENCY_NUMBER: Record<Urgency, number> = { urgent: 1, normal: 2, low: 3 };

/** Whom the need waits for. */
export function needWaitsFor(state: NeedState): WaitingOn {
  switch (state.stage) {
    case 'draft':
    case 'returned':
    case 'refused':
    case 'takenDown':
      return 'publisher';
    case 'paused':
      if (state.consentRevoked !== undefined) return 'recipient';
      return state.pausedBy === 'cadre' ? 'villageCadre' : 'publisher';
    case 'submitted':
      return 'system';
    case 'underReview':
      return state.review === null ? 'operator' : REVIEWER[state.review.level];
    case 'challenged':
      return REVIEWER[state.challenge?.level ?? 'county'];
    case 'published':
      return 'donor';
    case 'matched':
      return state.progress.sent === 'all' ? 'recipient' : 'donor';
    case 'handedOff':
      return 'aidUnit';
    case 'parked':
    case 'withheld':
      return 'operator';
    case 'following':
      return followingWaitsFor(state);
    default:
      return 'nobody';
  }
}

function followingWaitsFor({ following }: NeedState): WaitingOn {
  if (following === null || following.asked === following.answered.length) return 'clock';
  return following.visitDue ? 'villageCadre' : 'recipient';
}

/** What operators read: codes only. */
export const needView = (state: NeedState): CaseView => ({
  waitingOn: needWaitsFor(state),
  category: state.category,
  regionPath: state.regionPath,
  urgency: URGENCY_NUMBER[state.urgency],
});
