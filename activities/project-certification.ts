import type { Connection } from 'mongoose';
import type { CertificationState } from '../domain/certification/types.ts';
import { accountRepository } from '../models/account.ts';
import { certificationRepository } from '../models/certification.ts';
import type { Projector } from './kinds.ts';
import { openedOrEnded, reviewedRow } from './reviewed-row.ts';

/**
 * Writes the certification's read model. The account counts as real in the transaction that records the approval; one
 * that does so already, by the register or another cadre, keeps what it has.
 */
export function createProjectCertification(db: Connection): Projector {
  const { certifications } = certificationRepository(db);
  const accounts = accountRepository(db);

  return async function projectCertification({ session, record, events }) {
    const state = record.state as CertificationState;
    await certifications.updateOne(
      { _id: record.caseId },
      { $set: reviewedRow(record, state), ...openedOrEnded(record) },
      { session },
    );
    const approved = events.find(({ type }) => type === 'certificationApproved');
    if (approved !== undefined) {
      const realName = { source: 'papers' as const, by: approved.actor.id, at: new Date(approved.at) };
      await accounts.confirmName(state.applicantId, realName, session);
    }
    return [];
  };
}
