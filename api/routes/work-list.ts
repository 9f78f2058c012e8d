import type { Collection, Filter } from 'mongodb';
import { todaySchema, workCountsSchema } from '../../contracts/http/work-list.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { asWorker, type Worker } from '../ties.ts';
import { NOTHING } from '../turn.ts';
import { applicationFilter, listApplications } from './application/work.ts';
import { certificationFilter, listCertifications } from './certification/work.ts';
import { complaintFilter, listComplaints } from './complaint/work.ts';
import { addedPhotosToLookAt, photosToLookAt } from './need/added-photos.ts';
import {
  adviceFilter,
  challengeFilter,
  handOffFilter,
  needPage,
  needWorkRoutes,
  reviewFilter,
  visitFilter,
} from './need/work.ts';
import { waitingPhotos } from './news/care.ts';
import { listOffers, offerFilter } from './offer/work.ts';
import { outcomeCheckWorkPage, waitingOutcomeChecks } from './outcome-check.ts';
import { recheckWorkPage, waitingRechecks } from './recheck.ts';
import { disputeFilter, parcelFilter, pledgePage, pledgeWorkRoutes, receiptVisitFilter } from './pledge/work.ts';
import { visitRoutes, visitsOf } from './visits.ts';

/** How much waits for whom. The lists themselves stand with their nouns. */

const AT_MOST = { limit: 1000, maxTimeMS: 3000 };

const count = <T extends { _id: string }>(collection: Collection<T>, filter: Filter<T>): number | Promise<number> =>
  filter === NOTHING ? 0 : collection.countDocuments(filter, AT_MOST);

/** All at the same time. */
async function together<Name extends string>(
  counts: Readonly<Record<Name, number | Promise<number>>>,
): Promise<Record<Name, number>> {
  const entries = Object.entries<number | Promise<number>>(counts);
  const counted = await Promise.all(entries.map(async ([name, n]) => [name, await n] as const));
  return Object.fromEntries(counted) as Record<Name, number>;
}

const visitCount = async ({ models }: ApiDeps, actor: Worker): Promise<number> => {
  const unanswered = count(models.needs.needs, visitFilter(actor));
  return (await unanswered) + (await count(models.pledges.pledges, receiptVisitFilter(actor)));
};

const getCounts = defineRoute({
  method: 'get',
  path: '/v1/work-list',
  operationId: 'getWorkCounts',
  summary: 'How much waits for you, by kind of work',
  tags: ['Work list'],
  access: { roles: ['cadre', 'pointKeeper', 'aidUnit', 'operator'], scope: 'none' },
  responses: { 200: workCountsSchema },
  async handler({ deps, actor: caller, now }) {
    const { models } = deps;
    const actor = await asWorker(deps, caller);
    const { needs } = models.needs;
    const { pledges } = models.pledges;
    const [reviews, others] = await Promise.all([
      together({
        mine: count(needs, reviewFilter(actor, 'mine', now)),
        level: count(needs, reviewFilter(actor, 'level', now)),
        overdue: count(needs, reviewFilter(actor, 'overdue', now)),
        nearing: count(needs, reviewFilter(actor, 'nearing', now)),
        advice: adviceFilter(deps, actor, now).then((asked) => count(needs, asked)),
      }),
      together({
        parcels: count(pledges, parcelFilter(actor)),
        visits: visitCount(deps, actor),
        challenges: count(needs, challengeFilter(actor)),
        disputes: count(pledges, disputeFilter(actor)),
        handOffs: count(needs, handOffFilter(actor)),
        applications: count(models.applications.applications, applicationFilter(actor)),
        certifications: count(models.certifications.certifications, certificationFilter(actor)),
        complaints: count(models.complaints.complaints, complaintFilter(actor)),
        addedPhotos: count(needs, photosToLookAt(actor, now)),
        newsPhotos: count(models.news.news, waitingPhotos(actor)),
        handovers: count(models.handovers.handovers, { receiverId: actor.id, stage: 'offered' }),
        rechecks: count(models.rechecks.rechecks, waitingRechecks(actor)),
        outcomeChecks: count(models.outcomeChecks.checks, waitingOutcomeChecks(actor)),
        offers: count(models.offers.offers, offerFilter(actor)),
      }),
    ]);
    return { status: 200, body: { reviews, ...others } };
  },
});

/** A day's work shown at once; the lists have the rest. */
const TODAY = { limit: 20 };

const getToday = defineRoute({
  method: 'get',
  path: '/v1/work-list/today',
  operationId: 'getToday',
  summary:
    'A village cadre’s day: reviews, parcels, visits, added photos and second looks, the earliest deadlines with their counts',
  tags: ['Work list'],
  access: { roles: ['cadre'], levels: ['village'], scope: 'none' },
  responses: { 200: todaySchema },
  audit: 'work.today',
  personal: 'review',
  async handler({ deps, actor: caller, now }) {
    const { needs } = deps.models.needs;
    const { pledges } = deps.models.pledges;
    const actor = await asWorker(deps, caller);
    const ctx = { deps, actor, query: TODAY };
    const turn = reviewFilter(actor, 'level', now);
    const [reviews, parcels, visits, added, rechecks, outcomeChecks] = await Promise.all([
      needPage(ctx, 'reviews level', turn),
      pledgePage(ctx, 'parcels', parcelFilter(actor)),
      visitsOf(ctx),
      addedPhotosToLookAt(ctx, now),
      recheckWorkPage(ctx),
      outcomeCheckWorkPage(ctx),
    ]);
    const counts = await together({
      reviews: count(needs, turn),
      overdue: count(needs, reviewFilter(actor, 'overdue', now)),
      parcels: count(pledges, parcelFilter(actor)),
      visits: visitCount(deps, actor),
      addedPhotos: count(needs, photosToLookAt(actor, now)),
      rechecks: count(deps.models.rechecks.rechecks, waitingRechecks(actor)),
      outcomeChecks: count(deps.models.outcomeChecks.checks, waitingOutcomeChecks(actor)),
    });
    const body = {
      reviews: { count: counts.reviews, items: reviews.body.items },
      overdue: counts.overdue,
      parcels: { count: counts.parcels, items: parcels.body.items },
      visits: { count: counts.visits, items: visits.body.items },
      addedPhotos: { count: counts.addedPhotos, items: added.body.items },
      rechecks: { count: counts.rechecks, items: rechecks.body.items },
      outcomeChecks: { count: counts.outcomeChecks, items: outcomeChecks.body.items },
    };
    const pages = [reviews, parcels, visits, added, rechecks, outcomeChecks];
    const persons = [...new Set(pages.flatMap((page) => page.persons))];
    return { status: 200, persons, body };
  },
});

export const workListRoutes: readonly AnyRoute[] = [
  getCounts,
  getToday,
  ...needWorkRoutes,
  ...pledgeWorkRoutes,
  ...visitRoutes,
  listApplications,
  listCertifications,
  listComplaints,
  listOffers,
];
