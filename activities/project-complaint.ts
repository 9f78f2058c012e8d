import type { Connection } from 'mongoose';
import type { ComplaintState } from '../domain/complaint/types.ts';
import { complaintRepository } from '../models/complaint.ts';
import type { Projector } from './kinds.ts';
import { caseRow, openedOrEnded } from './reviewed-row.ts';

/** Writes the complaint's read model. */
export function createProjectComplaint(db: Connection): Projector {
  const { complaints } = complaintRepository(db);

  return async function projectComplaint({ session, record }) {
    const state = record.state as ComplaintState;
    await complaints.updateOne(
      { _id: record.caseId },
      {
        $set: {
          ...caseRow(record, state),
          handlingLevel: state.handling?.level ?? null,
          decidedBy: state.decidedBy,
          objected: state.objected,
        },
        ...openedOrEnded(record),
      },
      { session },
    );
    return [];
  };
}
