import type { Filter } from 'mongodb';
import type { z } from 'zod';

import { applicationPage } from '../../contracts/http/application.ts';
import { offerPage } from '../../contracts/http/offer.ts';
import type { reviewBox } from '../../contracts/http/work-list.ts';
import {
  boxQuery,
  pledgeWorkPage,
  reviewPage,
  reviewsQuery,
  todaySchema,
  workCountsSchema,
} from '../../contracts/http/work-list.ts';
import { personsIn } from '../../domain/access/disclosure.ts';
import type { Actor, Level } from '../../domain/kernel/types.ts';
import type { ApplicationRecord } from '../../models/application.ts';
import type { CertificationRecord } from '../../models/certification.ts';
import type { ComplaintRecord } from '../../models/complaint.ts';
import { levelOf } from '../../domain/region/region.ts';
import type { OfferRecord } from '../../models/offer.ts';
import type { NeedRecord } from '../../models/need.ts';
import type { PledgeRecord } from '../../models/pledge.ts';
import { afterKeys, pagingOf } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import { offerRowOf } from './offer/views.ts';
import { applicationRowOf } from './application/views.ts';
import { certificationFilter, listCertifications } from './certification/work.ts';
import { complaintFilter, listComplaints } from './complaint/work.ts';
import { waitingPhotos } from './news/care.ts';
import { ownRow, takenView } from './need/views.ts';
import { pledgeRowOf } from './pledge/views.ts';

/** What waits for whom, earliest deadline first. Region, level and own postings are part of every query. */

type Box = z.output<typeof reviewBox>;
const DAY_MS = 86_400_000;
const COUNT_LIMIT = 1000;
const NOTHING = { _id: { $in: [] as string[] } };

/** Nobody finds his own posting or household among his work. */
const notOwn = ({ id, householdId }: Actor): Filter<NeedRecord> => ({
  publisherId: { $ne: id },
  ...(householdId !== undefined && { householdId: { $ne: householdId } }),
});

function reviewFilter(actor: Actor, box: Box, now: number): Filter<NeedRecord> {
  const { role, level, regionCode } = actor;
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return NOTHING;
  const inRegion = { regionPath: regionCode, stage: 'underReview' as const, ...notOwn(actor) };
  if (box === 'below') return { ...inRegion, reviewLevel: { $ne: level } };
  const turn = { ...inRegion, reviewLevel: level };
  if (box === 'mine') return { ...turn, reviewAssigneeId: actor.id };
  if (box === 'overdue') return { ...turn, dueAt: { $lt: new Date(now) } };
  if (box === 'nearing') return { ...turn, dueAt: { $gte: new Date(now), $lt: new Date(now + DAY_MS) } };
  return turn;
}

function parcelFilter({ role, regionCode }: Actor): Filter<PledgeRecord> {
  if ((role !== 'cadre' && role !== 'pointKeeper') || regionCode === undefined) return NOTHING;
  return { regionPath: regionCode, stage: { $in: ['sent', 'atPoint'] }, delivery: 'villagePoint' };
}

function visitFilter(actor: Actor): Filter<NeedRecord> {
  const { role, level, regionCode } = actor;
  if (role !== 'cadre' || regionCode === undefined || (level !== 'village' && level !== 'township')) return NOTHING;
  return { regionPath: regionCode, stage: 'following', waitingOn: 'villageCadre', ...notOwn(actor) };
}

/** Doubts for the actor's level to look at. */
function challengeFilter(actor: Actor): Filter<NeedRecord> {
  const { role, level, regionCode } = actor;
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return NOTHING;
  return { regionPath: regionCode, stage: 'challenged', reviewLevel: level, ...notOwn(actor) };
}

const JUDGES: Partial<Record<Level, string>> = { county: 'countyCadre', city: 'cityCadre' };

function disputeFilter({ role, level, regionCode }: Actor): Filter<PledgeRecord> {
  const waitingOn = level === undefined ? undefined : JUDGES[level];
  if (role !== 'cadre' || regionCode === undefined || waitingOn === undefined) return NOTHING;
  return { regionPath: regionCode, stage: 'disputed', waitingOn };
}

/** Nobody finds his own application among his work. */
function applicationFilter({ id, role, level, regionCode }: Actor): Filter<ApplicationRecord> {
  const turn = { open: true as const, stage: 'underReview' as const, applicantId: { $ne: id } };
  if (role === 'operator') return { ...turn, reviewLevel: 'operator' };
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return NOTHING;
  return { ...turn, regionPath: regionCode, reviewLevel: level };
}

/** Nobody finds his own offer among his work. */
function offerFilter({ id, role, level, regionCode }: Actor): Filter<OfferRecord> {
  const turn = { open: true as const, stage: 'underReview' as const, donorId: { $ne: id } };
  if (role === 'operator') return { ...turn, reviewLevel: 'operator' };
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return NOTHING;
  return { ...turn, regionPath: regionCode, reviewLevel: level };
}

/** Of a unit those of its level; older records do not say whose they are and began with the county. */
function handOffFilter(actor: Actor): Filter<NeedRecord> {
  const { role, regionCode } = actor;
  if (role === 'operator') return { stage: 'handedOff' };
  if (role !== 'aidUnit' || regionCode === undefined) return NOTHING;
  const level = levelOf(regionCode);
  const reviewLevel = level === 'county' ? { $in: [level, null] } : level;
  return { regionPath: regionCode, stage: 'handedOff', reviewLevel, ...notOwn(actor) };
}

const getCounts = defineRoute({
  method: 'get',
  path: '/v1/work-list',
  operationId: 'getWorkCounts',
  summary: 'How much waits for you, by kind of work',
  tags: ['Work list'],
  access: { roles: ['cadre', 'pointKeeper', 'aidUnit', 'operator'], scope: 'none' },
  responses: { 200: workCountsSchema },
  async handler({ deps, actor, now }) {
    const { needs } = deps.models.needs;
    const { pledges } = deps.models.pledges;
    const options = { limit: COUNT_LIMIT, maxTimeMS: 3000 };
    const count = (filter: Filter<NeedRecord>) => (filter === NOTHING ? 0 : needs.countDocuments(filter, options));
    const countPledges = (filter: Filter<PledgeRecord>) =>
      filter === NOTHING ? 0 : pledges.countDocuments(filter, options);
    const review = (box: Box) => count(reviewFilter(actor, box, now));
    const countOffers = (filter: Filter<OfferRecord>) =>
      filter === NOTHING ? 0 : deps.models.offers.offers.countDocuments(filter, options);
    const countApplications = (filter: Filter<ApplicationRecord>) =>
      filter === NOTHING ? 0 : deps.models.applications.applications.countDocuments(filter, options);
    const handovers = deps.models.handovers.handovers.countDocuments(
      { receiverId: actor.id, stage: 'offered' },
      options,
    );
    const offers = countOffers(offerFilter(actor));
    const countComplaints = (filter: Filter<ComplaintRecord>) =>
      filter === NOTHING ? 0 : deps.models.complaints.complaints.countDocuments(filter, options);
    const countCertifications = (filter: Filter<CertificationRecord>) =>
      filter === NOTHING ? 0 : deps.models.certifications.certifications.countDocuments(filter, options);
    const [
      mine,
      level,
      overdue,
      nearing,
      advice,
      parcels,
      visits,
      challenges,
      disputes,
      handOffs,
      applications,
      complaints,
      certifications,
      newsPhotos,
    ] = await Promise.all([
      review('mine'),
      review('level'),
      review('overdue'),
      review('nearing'),
      adviceAsked(deps, actor).then((ids) => ids.length),
      countPledges(parcelFilter(actor)),
      count(visitFilter(actor)),
      count(challengeFilter(actor)),
      countPledges(disputeFilter(actor)),
      count(handOffFilter(actor)),
      countApplications(applicationFilter(actor)),
      countComplaints(complaintFilter(actor)),
      countCertifications(certificationFilter(actor)),
      deps.models.news.news.countDocuments(waitingPhotos(actor), options),
    ]);
    const reviews = { mine, level, overdue, nearing, advice };
    const counts = {
      reviews,
      parcels,
      visits,
      challenges,
      disputes,
      handOffs,
      applications,
      certifications,
      complaints,
      newsPhotos,
    };
    return {
      status: 200,
      body: { ...counts, handovers: await handovers, offers: await offers },
    };
  },
});

/** A day's work shown at once; the lists have the rest. */
const TODAY = { limit: 20 };

const getToday = defineRoute({
  method: 'get',
  path: '/v1/work-list/today',
  operationId: 'getToday',
  summary: 'A village cadre’s day: reviews, parcels and visits, the earliest deadlines of each with their counts',
  tags: ['Work list'],
  access: { roles: ['cadre'], levels: ['village'], scope: 'none' },
  responses: { 200: todaySchema },
  audit: 'work.today',
  personal: 'review',
  async handler({ deps, actor, now }) {
    const { needs } = deps.models.needs;
    const { pledges } = deps.models.pledges;
    const options = { limit: COUNT_LIMIT, maxTimeMS: 3000 };
    const turn = reviewFilter(actor, 'level', now);
    const [reviews, parcels, visits] = await Promise.all([
      needPage(deps, 'reviews level', turn, actor, TODAY),
      pledgePage(deps, 'parcels', parcelFilter(actor), actor, TODAY),
      needPage(deps, 'visits', visitFilter(actor), actor, TODAY),
    ]);
    const [reviewCount, overdue, parcelCount, visitCount] = await Promise.all([
      needs.countDocuments(turn, options),
      needs.countDocuments(reviewFilter(actor, 'overdue', now), options),
      pledges.countDocuments(parcelFilter(actor), options),
      needs.countDocuments(visitFilter(actor), options),
    ]);
    const body = {
      reviews: { count: reviewCount, items: reviews.body.items },
      overdue,
      parcels: { count: parcelCount, items: parcels.body.items },
      visits: { count: visitCount, items: visits.body.items },
    };
    const persons = [...new Set([reviews, parcels, visits].flatMap((page) => page.persons))];
    return { status: 200, persons, body };
  },
});

/** Needs on which the actor's level was asked by the one below: only the case's own state knows it. */
async function adviceAsked({ models }: ApiDeps, actor: Actor): Promise<string[]> {
  const { role, level, regionCode } = actor;
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return [];
  const asked = await models.cases.cases
    .find(
      {
        regionPath: regionCode,
        terminal: false,
        caseType: 'need',
        stage: 'underReview',
        'state.review.level': level,
        'state.review.askedBy': { $ne: null },
      },
      { projection: { caseId: 1 }, limit: COUNT_LIMIT, maxTimeMS: 3000 },
    )
    .toArray();
  return asked.map(({ caseId }) => caseId);
}

const listReviews = defineRoute({
  method: 'get',
  path: '/v1/work-list/reviews',
  operationId: 'listReviews',
  summary: 'Needs to review, earliest deadline first',
  tags: ['Work list'],
  access: { roles: ['cadre'], scope: 'none' },
  request: { query: reviewsQuery },
  responses: { 200: reviewPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.reviews',
  personal: 'review',
  async handler({ deps, query, actor, now }) {
    const box = query.box ?? 'level';
    const base = reviewFilter(actor, box, now);
    const filter = box === 'advice' ? { ...base, _id: { $in: await adviceAsked(deps, actor) } } : base;
    return { status: 200, ...(await needPage(deps, `reviews ${box}`, filter, actor, query)) };
  },
});

const listVisits = defineRoute({
  method: 'get',
  path: '/v1/work-list/visits',
  operationId: 'listVisits',
  summary: 'Households that did not answer: a visit is due',
  tags: ['Work list'],
  access: { roles: ['cadre'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: reviewPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.visits',
  personal: 'visit',
  handler: async ({ deps, query, actor }) => ({
    status: 200,
    ...(await needPage(deps, 'visits', visitFilter(actor), actor, query)),
  }),
});

const listChallenges = defineRoute({
  method: 'get',
  path: '/v1/work-list/challenges',
  operationId: 'listChallenges',
  summary: 'Doubted needs for your level to look at',
  tags: ['Work list'],
  access: { roles: ['cadre'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: reviewPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.challenges',
  personal: 'review',
  handler: async ({ deps, query, actor }) => ({
    status: 200,
    ...(await needPage(deps, 'challenges', challengeFilter(actor), actor, query)),
  }),
});

const listHandOffs = defineRoute({
  method: 'get',
  path: '/v1/work-list/hand-offs',
  operationId: 'listHandOffs',
  summary: 'Needs that nobody met, waiting for an outcome',
  tags: ['Work list'],
  access: { roles: ['aidUnit', 'operator'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: reviewPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.handOffs',
  personal: 'help',
  handler: async ({ deps, query, actor }) => ({
    status: 200,
    ...(await needPage(deps, 'hand-offs', handOffFilter(actor), actor, query)),
  }),
});

const listParcels = defineRoute({
  method: 'get',
  path: '/v1/work-list/parcels',
  operationId: 'listParcels',
  summary: 'Parcels on their way to the village point or waiting there',
  tags: ['Work list'],
  access: { roles: ['cadre', 'pointKeeper'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: pledgeWorkPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.parcels',
  personal: 'delivery',
  handler: async ({ deps, query, actor }) => ({
    status: 200,
    ...(await pledgePage(deps, 'parcels', parcelFilter(actor), actor, query)),
  }),
});

const listDisputes = defineRoute({
  method: 'get',
  path: '/v1/work-list/disputes',
  operationId: 'listDisputes',
  summary: 'Disputed deliveries for your level to rule on',
  tags: ['Work list'],
  access: { roles: ['cadre'], levels: ['county', 'city'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: pledgeWorkPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.disputes',
  personal: 'delivery',
  handler: async ({ deps, query, actor }) => ({
    status: 200,
    ...(await pledgePage(deps, 'disputes', disputeFilter(actor), actor, query)),
  }),
});

const listApplications = defineRoute({
  method: 'get',
  path: '/v1/work-list/applications',
  operationId: 'listApplicationsToDecide',
  summary: 'Applications for an office that wait for your level, earliest deadline first',
  tags: ['Work list'],
  access: { roles: ['cadre', 'operator'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: applicationPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.applications',
  personal: 'review',
  async handler({ deps, query, actor }) {
    const paging = workPaging<ApplicationRecord>(deps, 'applications', actor, query);
    const rows = await deps.models.applications.applications
      .find({ $and: [applicationFilter(actor), afterKeys('dueAt', 'asc', paging.keys)] }, { maxTimeMS: 3000 })
      .sort({ dueAt: 1, _id: 1 })
      .limit(paging.fetch)
      .toArray();
    const { page, next } = paging.cut(rows);
    return { status: 200, persons: personsIn(actor, page), body: { items: page.map(applicationRowOf), next } };
  },
});

const listOffers = defineRoute({
  method: 'get',
  path: '/v1/work-list/offers',
  operationId: 'listOfferWork',
  summary: 'Offers that wait for your level to moderate them',
  tags: ['Work list'],
  access: { roles: ['cadre', 'operator'], scope: 'none' },
  request: { query: boxQuery },
  responses: { 200: offerPage },
  problems: ['INVALID_CURSOR'],
  audit: 'work.offers',
  personal: 'review',
  async handler({ deps, query, actor }) {
    const paging = workPaging<OfferRecord>(deps, 'offers', actor, query);
    const rows = await deps.models.offers.offers
      .find({ $and: [offerFilter(actor), afterKeys('dueAt', 'asc', paging.keys)] }, { maxTimeMS: 3000 })
      .sort({ dueAt: 1, _id: 1 })
      .limit(paging.fetch)
      .toArray();
    const { page, next } = paging.cut(rows);
    return { status: 200, persons: personsIn(actor, page), body: { items: page.map(offerRowOf), next } };
  },
});

interface Page {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** A record without a deadline stands first: `null` sorts before every date. */
const dueOf = (record: { dueAt: Date | null }): number => record.dueAt?.getTime() ?? 0;

const workPaging = <T extends { _id: string; dueAt: Date | null }>(
  deps: ApiDeps,
  list: string,
  { id, regionCode = '' }: Actor,
  query: Page,
) => pagingOf<T>(deps.crypto, `work ${list} ${id} ${regionCode}`, query, (row) => [dueOf(row), row._id]);

async function needPage(deps: ApiDeps, list: string, filter: Filter<NeedRecord>, actor: Actor, query: Page) {
  const paging = workPaging<NeedRecord>(deps, list, actor, query);
  const rows = await deps.models.needs.needs
    .find(
      { $and: [filter, afterKeys('dueAt', 'asc', paging.keys)] },
      { projection: { details: 0, searchTerms: 0 }, maxTimeMS: 3000 },
    )
    .sort({ dueAt: 1, _id: 1 })
    .limit(paging.fetch)
    .toArray();
  const { page, next } = paging.cut(rows);
  const items = page.map((need) => ({ ...ownRow(need), taken: takenView(need) }));
  return { persons: personsIn(actor, page), body: { items, next } };
}

async function pledgePage(deps: ApiDeps, list: string, filter: Filter<PledgeRecord>, actor: Actor, query: Page) {
  const paging = workPaging<PledgeRecord>(deps, list, actor, query);
  const rows = await deps.models.pledges.pledges
    .find({ $and: [filter, afterKeys('dueAt', 'asc', paging.keys)] }, { maxTimeMS: 3000 })
    .sort({ dueAt: 1, _id: 1 })
    .limit(paging.fetch)
    .toArray();
  const { page, next } = paging.cut(rows);
  return { persons: personsIn(actor, page), body: { items: page.map(pledgeRowOf), next } };
}

export const workListRoutes: readonly AnyRoute[] = [
  getCounts,
  getToday,
  listReviews,
  listVisits,
  listChallenges,
  listHandOffs,
  listParcels,
  listDisputes,
  listApplications,
  listCertifications,
  listComplaints,
  listOffers,
];
