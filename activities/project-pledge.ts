import type { ClientSession, Connection } from 'mongoose';
import type { CaseEvent } from '../domain/kernel/types.ts';
import type { PledgeState, UnitMove } from '../domain/pledge/types.ts';
import type { CaseRecord } from '../models/case.ts';
import type { NewCommand } from '../models/command.ts';
import { needRepository, progressOf } from '../models/need.ts';
import { pledgeRepository } from '../models/pledge.ts';
import type { Projector } from './kinds.ts';
import { reportTally } from './tally.ts';

/**
 * A pledge's events move units in its need's tally, in the same transaction as the events themselves: each unit is
 * counted or freed exactly once, whatever is retried.
 */
export function createProjectPledge(db: Connection): Projector {
  const { pledges } = pledgeRepository(db);
  const { needs, applyMoves } = needRepository(db);

  return async function projectPledge({ session, record, events }) {
    const state = record.state as PledgeState;
    await pledges.updateOne(
      { _id: record.caseId },
      {
        $set: {
          stage: state.stage,
          seq: record.seq,
          stageSince: record.stageSince,
          dueAt: record.dueAt,
          waitingOn: record.waitingOn,
          lines: [...state.lines],
          receivedLines: [...state.receivedLines],
          penalty: state.penalty,
          updatedAt: record.updatedAt,
        },
        $inc: { rev: 1 },
      },
      { session },
    );
    return tellNeed(state.needId, movesOf(events), record, session);
  };

  async function tellNeed(
    needId: string,
    moves: readonly UnitMove[],
    record: CaseRecord,
    session: ClientSession,
  ): Promise<readonly NewCommand[]> {
    const need = await applyMoves(needId, moves, record.terminal ? 1 : 0, session);
    if (need === null) throw new Error(`pledge ${record.caseId} belongs to no need`);
    const progress = progressOf(need.lines);
    const changed = !sameProgress(progress, need.progress);
    if (changed) await needs.updateOne({ _id: needId }, { $set: { progress } }, { session });
    // A published need only hears when an extent changes: its history must not grow with its number of donors.
    const settled = need.openPledges === 0 && need.stage !== 'published';
    return changed || settled ? [reportTally({ ...need, progress })] : [];
  }
}

const movesOf = (events: readonly CaseEvent[]): UnitMove[] =>
  events.flatMap((event) => (event.data['moves'] as unknown as UnitMove[] | undefined) ?? []);

const sameProgress = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);
