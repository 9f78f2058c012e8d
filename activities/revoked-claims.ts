import type { ClientSession, Connection } from 'mongoose';
import type { CaseEvent } from '../domain/kernel/types.ts';
import type { NewCommand } from '../models/command.ts';
import type { NeedRecord } from '../models/need.ts';
import { pledgeRepository } from '../models/pledge.ts';
import { holdClock } from './tally.ts';

/**
 * An approval is revoked only before the first claim; one that was made in the same moment is there all the same, because
 * the case hears of claims late. Its hold stands still until the need is public again. All within the recording of the
 * revocation: who claims after it finds the need no longer published.
 */
export function createRevokedClaims(db: Connection) {
  const { pledges } = pledgeRepository(db);

  return async function tellClaims(
    { _id: needId, seq, openPledges }: NeedRecord,
    events: readonly CaseEvent[],
    session: ClientSession,
  ): Promise<readonly NewCommand[]> {
    const name = events.map(clockOf).findLast((clock) => clock !== null);
    if (name == null || openPledges === 0) return [];
    const found = await pledges
      .find({ needId, stage: { $in: ['offered', 'held', 'parked'] } }, { session })
      .project<{ _id: string }>({ _id: 1 })
      .toArray();
    return found.map(({ _id }) => holdClock(name, _id, `${needId}-${seq}`));
  };
}

function clockOf({ type, data }: CaseEvent): 'pauseHold' | 'resumeHold' | null {
  if (type === 'approvalRevoked') return 'pauseHold';
  const again = (type === 'needPublished' || type === 'matchingResumed') && data['of'] === 'revoked';
  return again ? 'resumeHold' : null;
}
