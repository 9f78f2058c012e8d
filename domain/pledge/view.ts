import type { CaseView, Level, WaitingOn } from '../kernel/types.ts';
import type { PledgeState } from './types.ts';

const JUDGES = { county: 'countyCadre', city: 'cityCadre' } as const;

/** Who rules on a dispute that has come to this level; null where none does. */
export const judgeOf = (level: Level | undefined): WaitingOn | null =>
  level === 'county' || level === 'city' ? JUDGES[level] : null;

/** Whom the pledge waits for. */
export function pledgeWaitsFor({ stage, delivery, disputeLevel, holdLeft, visitDue }: PledgeState): WaitingOn {
  if (visitDue === true && (stage === 'sent' || stage === 'atPoint')) return 'villageCadre';
  switch (stage) {
    case 'offered':
    case 'waiting':
      return 'system';
    case 'held':
      return holdLeft === undefined ? 'donor' : 'system';
    case 'sent':
      return delivery === 'villagePoint' ? 'pointKeeper' : 'recipient';
    case 'atPoint':
      return 'recipient';
    case 'disputed':
      return JUDGES[disputeLevel ?? 'county'];
    case 'parked':
      return 'operator';
    default:
      return 'nobody';
  }
}

/** What operators read: codes only. */
export const pledgeView = (state: PledgeState): CaseView => ({
  waitingOn: pledgeWaitsFor(state),
  category: state.category,
  regionPath: state.regionPath,
  urgency: state.urgency,
});
