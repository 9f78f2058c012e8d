import type { CaseView, WaitingOn } from '../kernel/types.ts';
import { REVIEWER } from '../need/view.ts';
import type { HandoverState } from './types.ts';

/** Whom a handing over waits for. */
export function handoverWaitsFor({ stage, level }: HandoverState): WaitingOn {
  if (stage === 'draft') return 'system';
  if (stage === 'offered') return REVIEWER[level];
  return stage === 'parked' ? 'operator' : 'nobody';
}

/** What operators read: codes only. */
export const handoverView = (state: HandoverState): CaseView => ({
  waitingOn: handoverWaitsFor(state),
  regionPath: state.regionPath,
  urgency: 2,
});
