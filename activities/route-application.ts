import { applicationRepository } from '../models/application.ts';
import { eligibleFrom } from '../models/reviewers.ts';
import type { Effect, EffectDeps } from './react.ts';

/** Finds out on which levels somebody can decide on an application. */
export function createRouteApplication({ db, countReviewers }: Pick<EffectDeps, 'db' | 'countReviewers'>): Effect {
  const { find } = applicationRepository(db);
  return async ({ caseId }) => {
    const application = await find(caseId);
    if (application === null) throw new Error(`application ${caseId} has no details`);
    const { regionPath, applicantId } = application;
    const reviewers = await countReviewers({ regionPath, publisherId: applicantId });
    return { name: 'routed', data: { eligible: eligibleFrom(reviewers) } };
  };
}
