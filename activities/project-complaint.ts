import type { Connection } from 'mongoose';
import { complaintTable } from '../domain/complaint/table.ts';
import type { ComplaintState } from '../domain/complaint/types.ts';
import { isTerminal } from '../domain/kernel/table.ts';
import { complaintRepository } from '../models/complaint.ts';
import type { Projector } from './kinds.ts';

/** Writes the complaint's read model. */
export function createProjectComplaint(db: Connection): Projector {
  const { complaints } = complaintRepository(db);

  return async function projectComplaint({ session, record }) {
    const state = record.state as ComplaintState;
    await complaints.updateOne(
      { _id: record.caseId },
      {
        $set: {
          stage: state.stage,
          seq: record.seq,
          stageSince: record.stageSince,
          dueAt: record.dueAt,
          waitingOn: record.waitingOn,
          handlingLevel: state.handling?.level ?? null,
          decidedBy: state.decidedBy,
          objected: state.objected,
          updatedAt: record.updatedAt,
        },
        ...(isTerminal(complaintTable, state) && { $unset: { open: '' } }),
        $inc: { rev: 1 },
      },
      { session },
    );
    return [];
  };
}
