import type { PledgePolicy, PledgeState } from './types.ts';

/** How a donor's pledges ended. Stepping back in time and an operator's cancelling count neither way. */
export interface DonorCounts {
  readonly received: number;
  readonly lapsed: number;
  readonly failed: number;
}

/** How many holds a donor may keep, by what became of the earlier ones. */
export interface ReliabilityPolicy {
  /** Ended pledges before which nobody is judged. */
  readonly judgedFrom: number;
  readonly goodPercent: number;
  readonly goodHolds: number;
  readonly poorPercent: number;
  readonly poorHolds: number;
}

/** Received of all that ended, in percent; null while there is too little to judge by. */
export function reliability({ received, lapsed, failed }: DonorCounts, judgedFrom: number): number | null {
  const ended = received + lapsed + failed;
  return ended === 0 || ended < judgedFrom ? null : Math.floor((received * 100) / ended);
}

/** Open holds, places in a standby queue among them, that this donor may have at once. */
export function holdQuota(
  counts: DonorCounts,
  { holdsPerDonor, reliability: rule }: Pick<PledgePolicy, 'holdsPerDonor' | 'reliability'>,
): number {
  const percent = rule === undefined ? null : reliability(counts, rule.judgedFrom);
  if (rule === undefined || percent === null) return holdsPerDonor;
  if (percent >= rule.goodPercent) return rule.goodHolds;
  return percent < rule.poorPercent ? rule.poorHolds : holdsPerDonor;
}

/** Whether a pledge counts against its donor's quota: not sent yet. */
export const isHold = ({ stage, parked }: Pick<PledgeState, 'stage' | 'parked'>): boolean =>
  ['offered', 'waiting', 'held'].includes(parked?.from ?? stage);

/** How an ended pledge counts for its donor's reliability; null when it doesn't. */
export function countsAs(state: PledgeState): keyof DonorCounts | null {
  if (state.stage === 'received') return 'received';
  if (state.stage === 'released') return state.penalty ? 'lapsed' : null;
  return state.stage === 'failed' && state.endedBecause !== 'cancelled' ? 'failed' : null;
}
