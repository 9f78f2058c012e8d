import type { Connection } from 'mongoose';
import type { ApplicationState } from '../domain/application/types.ts';
import { accountRepository } from '../models/account.ts';
import { applicationRepository } from '../models/application.ts';
import type { Projector } from './kinds.ts';
import { openedOrEnded, reviewedRow } from './reviewed-row.ts';

/**
 * Writes the application's read model. The office is given in the transaction that records the approval, under the
 * application's own id: there is no approved applicant without his office, and none has it twice.
 */
export function createProjectApplication(db: Connection): Projector {
  const { applications } = applicationRepository(db);
  const accounts = accountRepository(db);

  return async function projectApplication({ session, record, events }) {
    const state = record.state as ApplicationState;
    await applications.updateOne(
      { _id: record.caseId },
      { $set: reviewedRow(record, state), ...openedOrEnded(record) },
      { session },
    );
    const approved = events.find((event) => event.type === 'applicationApproved');
    if (approved === undefined) return [];
    const { applicantId, level, regionCode } = state;
    const grant = {
      id: record.caseId,
      role: 'cadre' as const,
      level,
      regionCode,
      grantedBy: approved.actor.id,
      grantedAt: new Date(approved.at),
    };
    // Null when he holds the office already, given by an operator in the meantime.
    await accounts.grant(applicantId, grant, null, session);
    return [];
  };
}
