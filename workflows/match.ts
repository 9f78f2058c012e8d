import { proxyActivities } from '@temporalio/workflow';
import { HEARTBEAT_TIMEOUT } from '../contracts/cases.ts';
import type { MatchActivities, MatchEnd, MatchInput } from '../contracts/match.ts';

/** Tried until they work: while MongoDB is away a match waits, it never fails half-way. */
const { findNeeds, proposeNeed, finishMatch } = proxyActivities<MatchActivities>({
  startToCloseTimeout: '30 s',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '30 s' },
});

/**
 * Finds needs for an offer and proposes to its donor, the best first. A worker that dies in between changes nothing: what
 * is reserved is in MongoDB under ids that the next try derives again.
 */
export async function match(input: MatchInput): Promise<MatchEnd> {
  const { needIds, atMost } = await findNeeds(input);
  let proposed = 0;
  for (const needId of needIds) {
    if (proposed === atMost) break;
    const outcome = await proposeNeed({ ...input, needId });
    if (outcome === 'usedUp') break;
    if (outcome === 'proposed') proposed += 1;
  }
  await finishMatch(input);
  return { proposed };
}
