import type { Connection } from 'mongoose';
import type { FindingState } from '../domain/finding/types.ts';
import { findingRepository } from '../models/finding.ts';
import type { Projector } from './kinds.ts';

/** Writes who looks after a finding, and how it ended, beside what the sweeper saw. */
export function createProjectFinding(db: Connection): Projector {
  const findings = findingRepository(db);
  return async function projectFinding({ session, record }) {
    const { stage, ownerId, outcome, quietUntil } = record.state as FindingState;
    const quiet = quietUntil === null ? null : new Date(quietUntil);
    const { seq, dueAt } = record;
    await findings.project(record.caseId, { seq, stage, ownerId, outcome, quietUntil: quiet, dueAt }, session);
    return [];
  };
}
