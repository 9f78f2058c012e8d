import type { Connection } from 'mongoose';
import { isTerminal } from '../domain/kernel/table.ts';
import { offerTable } from '../domain/offer/table.ts';
import type { OfferState } from '../domain/offer/types.ts';
import { offerRepository } from '../models/offer.ts';
import type { Projector } from './kinds.ts';

/** Writes the offer's read model. Its numbers of units are none of it: they move with its pledges. */
export function createProjectOffer(db: Connection): Projector {
  const { offers } = offerRepository(db);

  return async function projectOffer({ session, record, events }) {
    const state = record.state as OfferState;
    const approved = events.find(({ type }) => type === 'offerApproved');
    const written = await offers.updateOne(
      { _id: record.caseId },
      {
        $set: {
          stage: state.stage,
          seq: record.seq,
          stageSince: record.stageSince,
          dueAt: record.dueAt,
          waitingOn: record.waitingOn,
          reviewLevel: state.review?.level ?? null,
          decidedBy: state.decidedBy,
          updatedAt: record.updatedAt,
          ...(approved !== undefined && { approvedAt: new Date(approved.at) }),
        },
        ...(isTerminal(offerTable, state) && { $unset: { open: '' } }),
        $inc: { rev: 1 },
      },
      { session },
    );
    if (written.matchedCount === 0) throw new Error(`offer ${record.caseId} has no details`);
    return [];
  };
}
