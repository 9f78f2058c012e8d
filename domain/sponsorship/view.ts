import type { CaseView, WaitingOn } from '../kernel/types.ts';
import type { SponsorshipStage, SponsorshipState } from './types.ts';

const WAITS: Readonly<Record<SponsorshipStage, WaitingOn>> = {
  draft: 'system',
  underReview: 'operator',
  running: 'system',
  claimed: 'donor',
  sending: 'system',
  parked: 'operator',
  completed: 'nobody',
  stopped: 'nobody',
  refused: 'nobody',
  withdrawn: 'nobody',
  cancelled: 'nobody',
};

/** What operators read: codes only. */
export const sponsorshipView = ({ stage, regionPath, category }: SponsorshipState): CaseView => ({
  waitingOn: WAITS[stage],
  regionPath,
  ...(category !== null && { category }),
  urgency: 2,
});
