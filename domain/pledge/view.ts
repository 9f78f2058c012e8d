import type { CaseView, WaitingOn } from '../kernel/types.ts';
import type { PledgeState } from './types.ts';

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
      return disputeLevel === 'city' ? 'cityCadre' : 'countyCadre';
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
