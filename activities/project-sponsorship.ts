import type { Connection } from 'mongoose';
import type { SponsorshipState } from '../domain/sponsorship/types.ts';
import { sponsorshipRepository } from '../models/sponsorship.ts';
import type { Projector } from './kinds.ts';

/** Writes the sponsorship's read model. Its totals are written by the chunks themselves, with what they reserve. */
export function createProjectSponsorship(db: Connection): Projector {
  const { sponsorships } = sponsorshipRepository(db);

  return async function projectSponsorship({ session, record }) {
    const { stage, planned } = record.state as SponsorshipState;
    const { seq, stageSince, dueAt, waitingOn, updatedAt } = record;
    await sponsorships.updateOne(
      { _id: record.caseId },
      { $set: { stage, planned, seq, stageSince, dueAt, waitingOn, updatedAt }, $inc: { rev: 1 } },
      { session },
    );
    return [];
  };
}
