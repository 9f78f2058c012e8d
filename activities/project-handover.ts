import type { Connection } from 'mongoose';
import type { HandoverState } from '../domain/handover/types.ts';
import type { Actor } from '../domain/kernel/types.ts';
import type { NewCommand } from '../models/command.ts';
import { handoverRepository } from '../models/handover.ts';
import type { Projector } from './kinds.ts';
import { messageId } from './tally.ts';

/**
 * Writes the read model of a handing over. Once it is accepted each need hears that its giver transfers it: the need
 * decides for itself, and one that no longer waits for him stays where it is.
 */
export function createProjectHandover(db: Connection): Projector {
  const { handovers } = handoverRepository(db);

  return async function projectHandover({ session, record, events }) {
    const state = record.state as HandoverState;
    const { stage, seq, stageSince, dueAt, waitingOn, updatedAt } = record;
    await handovers.updateOne(
      { _id: record.caseId },
      {
        $set: { stage: stage as HandoverState['stage'], seq, stageSince, dueAt, waitingOn, updatedAt },
        $inc: { rev: 1 },
      },
      { session },
    );
    const accepted = events.some(({ type }) => type === 'handoverAccepted');
    return accepted ? state.needIds.map((needId) => transferCommand(needId, state)) : [];
  };
}

function transferCommand(needId: string, state: HandoverState): NewCommand {
  const { id, giverId, receiverId, level, regionCode } = state;
  const actor: Actor = { id: giverId, role: 'cadre', level, regionCode };
  return {
    _id: messageId('handover', needId, id),
    caseType: 'need',
    caseId: needId,
    name: 'transfer',
    actor,
    data: { toAccountId: receiverId, onlyFrom: giverId },
    bodyHash: '',
  };
}
