import { applicationRepository } from '../models/application.ts';
import { certificationRepository } from '../models/certification.ts';
import { complaintRepository } from '../models/complaint.ts';
import { offerRepository } from '../models/offer.ts';
import { eligibleFrom, type ReviewersQuery } from '../models/reviewers.ts';
import type { Effect, EffectDeps } from './react.ts';

/** Find out on which levels somebody can decide: neither who asked, nor others whom it concerns. */
export function createRoutes({ db, countReviewers }: Pick<EffectDeps, 'db' | 'countReviewers'>) {
  const route =
    <T>(find: (id: string) => Promise<T | null>, queryOf: (record: T) => ReviewersQuery): Effect =>
    async ({ caseId, reaction: { effect } }) => {
      const record = await find(caseId);
      if (record === null) throw new Error(`${effect}: ${caseId} has no details`);
      return { name: 'routed', data: { eligible: eligibleFrom(await countReviewers(queryOf(record))) } };
    };
  return {
    routeApplication: route(applicationRepository(db).find, ({ regionPath, applicantId }) => {
      return { regionPath, publisherId: applicantId };
    }),
    routeCertification: route(certificationRepository(db).find, ({ regionPath, applicantId, householdId }) => {
      return { regionPath, publisherId: applicantId, ...(householdId !== undefined && { householdId }) };
    }),
    routeComplaint: route(complaintRepository(db).find, ({ regionPath, complainantId, householdId, accusedIds }) => {
      const his = householdId !== undefined && { householdId };
      return { regionPath, publisherId: complainantId, ...his, except: accusedIds };
    }),
    routeOffer: route(offerRepository(db).find, ({ regionPath, donorId }) => {
      return { regionPath, publisherId: donorId };
    }),
  };
}
