import type { Connection } from 'mongoose';
import type { OfferState } from '../domain/offer/types.ts';
import { offerRepository } from '../models/offer.ts';
import type { Projector } from './kinds.ts';
import { openedOrEnded, reviewedRow } from './reviewed-row.ts';

/** Writes the offer's read model. Its numbers of units are none of it: they move with its pledges. */
export function createProjectOffer(db: Connection): Projector {
  const { offers } = offerRepository(db);

  return async function projectOffer({ session, record, events }) {
    const state = record.state as OfferState;
    const approved = events.find(({ type }) => type === 'offerApproved');
    const written = await offers.updateOne(
      { _id: record.caseId },
      {
        $set: { ...reviewedRow(record, state), ...(approved !== undefined && { approvedAt: new Date(approved.at) }) },
        ...openedOrEnded(record),
      },
      { session },
    );
    if (written.matchedCount === 0) throw new Error(`offer ${record.caseId} has no details`);
    return [];
  };
}
