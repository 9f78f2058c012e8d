import { complaintRepository } from '../models/complaint.ts';
import { eligibleFrom } from '../models/reviewers.ts';
import type { Effect, EffectDeps } from './react.ts';

/** Finds out on which levels somebody can handle a complaint: neither those whom it is about, nor who made it. */
export function createRouteComplaint({ db, countReviewers }: Pick<EffectDeps, 'db' | 'countReviewers'>): Effect {
  const { find } = complaintRepository(db);
  return async ({ caseId }) => {
    const complaint = await find(caseId);
    if (complaint === null) throw new Error(`complaint ${caseId} has no details`);
    const { regionPath, complainantId, accusedIds } = complaint;
    const reviewers = await countReviewers({ regionPath, publisherId: complainantId, except: accusedIds });
    return { name: 'routed', data: { eligible: eligibleFrom(reviewers) } };
  };
}
