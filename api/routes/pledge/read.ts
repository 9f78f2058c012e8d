import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { timelineSchema } from '../../../contracts/http/need.ts';
import {
  donorRecordSchema,
  pickupCodeSchema,
  pledgeListQuery,
  pledgePage,
  pledgeSchema,
} from '../../../contracts/http/pledge.ts';
import { problem } from '../../../contracts/problems.ts';
import { personsIn } from '../../../domain/access/disclosure.ts';
import type { JsonObject } from '../../../domain/kernel/types.ts';
import { eventText, partOf } from '../../../domain/need/timeline.ts';
import { mannerOf } from '../../../domain/pledge/manner.ts';
import { holdQuota, reliability } from '../../../domain/pledge/reliability.ts';
import type { PledgeState } from '../../../domain/pledge/types.ts';
import { loadInScope } from '../../case-command.ts';
import { datePage } from '../../date-page.ts';
import { defineRoute, type AnyRoute } from '../../route.ts';
import { timelineItems } from '../../timeline.ts';
import { pledgeDetail, pledgeRowOf } from './views.ts';

const params = z.strictObject({ pledgeId: id });

const listMyPledges = defineRoute({
  method: 'get',
  path: '/v1/my/pledges',
  operationId: 'listMyPledges',
  summary: 'What you have pledged, newest first',
  tags: ['Pledges'],
  access: { signedIn: true, scope: 'own' },
  request: { query: pledgeListQuery },
  responses: { 200: pledgePage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, caller }) {
    const list = `pledges ${caller.accountId} ${query.stage?.join() ?? ''}`;
    const filter = { donorId: caller.accountId, ...(query.stage && { stage: { $in: query.stage } }) };
    const { page, next } = await datePage(deps, deps.models.pledges.pledges, {
      list,
      query,
      filter,
      by: 'createdAt',
      order: 'desc',
    });
    return { status: 200, body: { items: page.map(pledgeRowOf), next } };
  },
});

const listNeedPledges = defineRoute({
  method: 'get',
  path: '/v1/needs/{needId}/pledges',
  operationId: 'listNeedPledges',
  summary: 'What donors have pledged for a need, for its household, its publisher and the staff of the place',
  tags: ['Pledges'],
  access: { signedIn: true, scope: 'party' },
  request: { params: z.strictObject({ needId: id }), query: pledgeListQuery },
  responses: { 200: pledgePage },
  problems: ['INVALID_CURSOR'],
  audit: 'need.pledges',
  personal: 'help',
  async handler({ deps, params: { needId }, query, actor }) {
    await loadInScope(deps, 'need', needId, actor);
    const list = `pledges of ${needId} ${query.stage?.join() ?? ''}`;
    const filter = { needId, ...(query.stage && { stage: { $in: query.stage } }) };
    const { page, next } = await datePage(deps, deps.models.pledges.pledges, {
      list,
      query,
      filter,
      by: 'createdAt',
      order: 'desc',
    });
    return { status: 200, persons: personsIn(actor, page), body: { items: page.map(pledgeRowOf), next } };
  },
});

const getMyDonorRecord = defineRoute({
  method: 'get',
  path: '/v1/my/donor-record',
  operationId: 'getMyDonorRecord',
  summary: 'How your pledges ended, and how many you may hold at once because of it',
  tags: ['Pledges'],
  access: { signedIn: true, scope: 'own' },
  responses: { 200: donorRecordSchema },
  async handler({ deps, caller, now }) {
    const { holds, received, lapsed, failed } = await deps.models.donors.find(caller.accountId);
    const counts = { holds, received, lapsed, failed };
    const policy = deps.reference.currentPolicy(now).pledge;
    const percent = reliability(counts, policy.reliability?.judgedFrom ?? 0);
    return { status: 200, body: { ...counts, quota: holdQuota(counts, policy), reliability: percent } };
  },
});

const getPledge = defineRoute({
  method: 'get',
  path: '/v1/pledges/{pledgeId}',
  operationId: 'getPledge',
  summary: 'One pledge, for its donor, the household, the publisher and the staff of the place',
  tags: ['Pledges'],
  access: { signedIn: true, scope: 'party' },
  request: { params },
  responses: { 200: pledgeSchema },
  audit: 'pledge.read',
  personal: 'delivery',
  async handler({ deps, params: { pledgeId }, actor }) {
    const pledge = await loadInScope(deps, 'pledge', pledgeId, actor);
    const projection = { regionNames: 1, regionPath: 1 } as const;
    const [need, record] = await Promise.all([
      deps.models.needs.needs.findOne({ _id: pledge.needId }, { projection, maxTimeMS: 3000 }),
      deps.models.cases.find('pledge', pledgeId),
    ]);
    const state = (record?.state ?? null) as PledgeState | null;
    const persons = personsIn(actor, [pledge]);
    return { status: 200, etag: pledge.rev, persons, body: pledgeDetail(pledge, need, actor, state) };
  },
});

const getPledgeTimeline = defineRoute({
  method: 'get',
  path: '/v1/pledges/{pledgeId}/timeline',
  operationId: 'getPledgeTimeline',
  summary: 'Everything that happened to a pledge, in plain Chinese',
  tags: ['Pledges'],
  access: { signedIn: true, scope: 'party' },
  request: { params },
  responses: { 200: timelineSchema },
  audit: 'pledge.timeline',
  personal: 'delivery',
  async handler({ deps, params: { pledgeId }, actor }) {
    const pledge = await loadInScope(deps, 'pledge', pledgeId, actor);
    const events = await deps.models.events.of('pledge', pledgeId);
    const text = (type: string, data: JsonObject) => eventText('pledge', type, data, mannerOf(pledge));
    // Without the words that came with the commands.
    const items = timelineItems(events, new Map(), text, (by) => partOf(by, pledge));
    return { status: 200, etag: pledge.rev, persons: personsIn(actor, [pledge]), body: { items } };
  },
});

const getPickupCode = defineRoute({
  method: 'get',
  path: '/v1/pledges/{pledgeId}/pickup-code',
  operationId: 'getPickupCode',
  summary: 'The code with which the household, and nobody else, fetches its parcel',
  tags: ['Pledges'],
  access: { signedIn: true, scope: 'own' },
  request: { params },
  responses: { 200: pickupCodeSchema },
  async handler({ deps, params: { pledgeId }, caller }) {
    const { householdId } = caller;
    if (householdId === null) throw problem('NOT_FOUND');
    const pledge = await deps.models.pledges.pledges.findOne(
      { _id: pledgeId, householdId, delivery: 'villagePoint', stage: { $in: ['sent', 'atPoint'] } },
      { maxTimeMS: 3000 },
    );
    if (pledge === null) throw problem('NOT_FOUND');
    const code = deps.crypto.derive.code('pickupCode', pledgeId, 6);
    return { status: 200, body: { code, stage: pledge.stage } };
  },
});

export const pledgeReadRoutes: readonly AnyRoute[] = [
  listMyPledges,
  listNeedPledges,
  getMyDonorRecord,
  getPledge,
  getPledgeTimeline,
  getPickupCode,
];
