import { expect } from 'chai';
import type { Collection } from 'mongodb';
import { v7 as uuidv7 } from 'uuid';
import { grantSatisfies } from '../../api/acting.ts';
import { allRoutes } from '../../api/registry.ts';
import { isWrite, type AnyRoute } from '../../api/route.ts';
import { pathParams } from '../../api/route-faults.ts';
import { pathOf } from '../../domain/region/region.ts';
import { useApi, type TestPerson } from '../support/api.ts';
import { bodyOf } from '../support/needs.ts';
import { queryFields, sampleOf } from '../support/samples.ts';
import type { Somebody } from '../support/world-people.ts';
import { createWorld, type World } from '../support/world.ts';

/**
 * Lists with `scope: 'none'` name no record, so that their region is nothing but a part of their queries. Every kind of
 * work is put there near and far, and everybody who serves reads every such list.
 */

type Planted = { _id: string; regionPath: string[] };

const NEEDS = [
  ...['village', 'township', 'county', 'city', 'province'].map((reviewLevel) => ({
    stage: 'underReview',
    reviewLevel,
  })),
  { stage: 'challenged', reviewLevel: 'township' },
  { stage: 'challenged', reviewLevel: 'county' },
  { stage: 'following', waitingOn: 'villageCadre' },
  { stage: 'handedOff', reviewLevel: 'county' },
];
const PLEDGES = [
  { stage: 'sent', waitingOn: 'pointKeeper' },
  { stage: 'sent', waitingOn: 'villageCadre', delivery: 'faceToFace' },
  { stage: 'disputed', waitingOn: 'countyCadre' },
  { stage: 'disputed', waitingOn: 'cityCadre' },
];
/** What shows no ids of records: its numbers are looked at below. */
const COUNTS = new Set(['getWorkCounts', 'getLedger', 'getLedgerCsv', 'listSkippedLevels', 'listOutcomeRecords']);

describe('Lists of a region’s work', function () {
  this.timeout(120_000);
  const api = useApi();
  let world: World;
  /** What was put there, by place. */
  const planted: { near: string[]; far: string[] } = { near: [], far: [] };
  const people: { near: Somebody[]; far: Somebody[] } = { near: [], far: [] };
  let farPath: string[];

  before('the same work here and there', async () => {
    world = await createWorld(api);
    const { regions } = api.deps.reference;
    const township = regions.children('422801')[0]?.code ?? '';
    farPath = pathOf(regions.children(township)[0]?.code ?? '');
    const { needs, pledges, offers, applications } = api.deps.models;
    const { certifications, complaints, rechecks, outcomeChecks, news } = api.deps.models;
    const { ids } = world;
    await plant(needs.needs, ids['needId'], NEEDS);
    await plant(pledges.pledges, ids['pledgeId'], PLEDGES);
    await plant(offers.offers, ids['offerId'], [{}]);
    await plant(applications.applications, ids['applicationId'], [{}]);
    await plant(certifications.certifications, ids['certificationId'], [{}]);
    await plant(complaints.complaints, ids['complaintId'], [{}]);
    await plant(rechecks.rechecks, ids['recheckId'], [{}]);
    await plant(outcomeChecks.checks, ids['outcomeCheckId'], [{}]);
    await plant(news.news, ids['newsId'], [{ photos: [uuidv7()], photosShown: false }]);
    people.near = [...world.near.filter(serves), await unit('near', '360735')];
    people.far = [...world.far.filter(serves), await unit('far', '422801')];
  });

  const serves = ({ role }: Somebody): boolean => role === 'cadre' || role === 'pointKeeper';
  const unit = async (where: string, regionCode: string): Promise<Somebody> => ({
    ...{ name: `${where} aid unit`, role: 'aidUnit' as const },
    ...(await api.person({ grants: [{ role: 'aidUnit', regionCode }] })),
  });

  /** Copies of a record here and there: of nobody who reads them, and each under its own ids. */
  async function plant(into: unknown, id: string | undefined, changes: readonly object[]): Promise<void> {
    const collection = into as Collection<Planted>;
    const record = await collection.findOne({ _id: id ?? '' });
    if (record === null) throw new Error('the world has no such record');
    for (const where of ['near', 'far'] as const) {
      const { length } = record.regionPath;
      const regionPath = where === 'near' ? record.regionPath : farPath.slice(0, length);
      const copies = changes.map((change) => ({ ...record, ...others(record), ...change, regionPath, _id: uuidv7() }));
      await collection.insertMany(copies);
      planted[where].push(...copies.map(({ _id }) => _id));
    }
  }

  const others = (record: object): Record<string, string> =>
    Object.fromEntries(
      ['publisherId', 'householdId', 'donorId', 'applicantId', 'complainantId', 'needId', 'reviewerId', 'authorId']
        .filter((field) => field in record)
        .map((field) => [field, uuidv7()]),
    );

  const lists = (): AnyRoute[] =>
    allRoutes.filter(
      (route) =>
        !isWrite(route) &&
        'roles' in route.access &&
        route.access.scope === 'none' &&
        pathParams(route.path).length === 0 &&
        !COUNTS.has(route.operationId),
    );
  const address = (route: AnyRoute): string => {
    const query = queryFields(route).flatMap(([name, schema]) => {
      if (name === 'limit') return ['limit=100'];
      const optional = schema.safeParse(undefined).success;
      return optional ? [] : [`${name}=${encodeURIComponent(String(sampleOf(schema)))}`];
    });
    return `${route.path}?${query.join('&')}`;
  };
  const may = (route: AnyRoute, somebody: Somebody): boolean => grantSatisfies(route.access, somebody);

  it('show nobody what lies elsewhere, and somebody all that lies here', async () => {
    const seen = new Set<string>();
    const leaks: string[] = [];
    for (const route of lists()) {
      for (const [here, there] of [['near', 'far'] as const, ['far', 'near'] as const]) {
        for (const somebody of people[here].filter((person) => may(route, person))) {
          const answer = await api.call('GET', address(route), { as: somebody });
          expect(answer.status, `${route.operationId} ${answer.text}`).to.equal(200);
          for (const id of planted[here]) if (answer.text.includes(id)) seen.add(id);
          const foreign = planted[there].filter((id) => answer.text.includes(id));
          if (foreign.length > 0) leaks.push(`${route.operationId} to ${somebody.name}: ${foreign.join()}`);
        }
      }
    }
    expect(leaks).to.deep.equal([]);
    const unseen = [...planted.near, ...planted.far].filter((id) => !seen.has(id));
    expect(unseen, 'nobody’s work').to.deep.equal([]);
  });

  it('show each level only its own turn', async () => {
    const { needs } = api.deps.models.needs;
    const turns = await needs.find({ _id: { $in: planted.near }, stage: 'underReview' }).toArray();
    for (const level of ['village', 'township', 'county', 'city', 'province'] as const) {
      const as = people.near.find((person) => person.level === level) as TestPerson;
      const { text } = await api.call('GET', '/v1/work-list/reviews?limit=100', { as });
      const shown = turns.filter(({ _id }) => text.includes(_id)).map(({ reviewLevel }) => reviewLevel);
      expect(shown, level).to.deep.equal([level]);
    }
  });

  it('count as much as they show', async () => {
    for (const somebody of [...people.near, ...people.far]) {
      const counts = bodyOf<Record<string, unknown>>(await api.call('GET', '/v1/work-list', { as: somebody }));
      for (const [name, path] of [
        ['visits', 'visits'],
        ['parcels', 'parcels'],
        ['challenges', 'challenges'],
        ['disputes', 'disputes'],
        ['rechecks', 'rechecks'],
        ['outcomeChecks', 'outcome-checks'],
        ['newsPhotos', 'news-photos'],
        ['offers', 'offers'],
        ['applications', 'applications'],
      ] as const) {
        const route = lists().find((one) => one.path === `/v1/work-list/${path}`);
        if (route === undefined || !may(route, somebody)) continue;
        const list = await api.call('GET', `/v1/work-list/${path}?limit=100`, { as: somebody });
        expect(counts[name], `${name} of ${somebody.name}`).to.equal(bodyOf<{ items: object[] }>(list).items.length);
      }
    }
  });

  it('of a county are ledgers of that county alone', async () => {
    const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const { needs } = api.deps.models.needs;
    for (const [where, county] of [
      ['near', '360735'],
      ['far', '422801'],
    ] as const) {
      const as = people[where].find(({ level }) => level === 'county') as TestPerson;
      const ledger = await api.call('GET', `/v1/ledger?from=2026-01-01&to=${day}`, { as });
      const posted = await needs.countDocuments({
        regionPath: county,
        submittedAt: { $gte: new Date('2025-12-31T16:00:00Z') },
      });
      expect(bodyOf<{ total: { posted: number } }>(ledger).total.posted, ledger.text).to.equal(posted);
      const other = where === 'near' ? '422801' : '360735';
      for (const path of ['ledger', 'ledger.csv']) {
        const foreign = await api.call('GET', `/v1/${path}?from=${day}&to=${day}&county=${other}`, { as });
        expect(foreign.status).to.equal(404);
      }
    }
  });

  it('decide nothing elsewhere: a bulk decision does not find what is not there', async () => {
    const as = people.near.find(({ level }) => level === 'village') as TestPerson;
    const { needs } = api.deps.models.needs;
    const turn = { stage: 'underReview' as const, reviewLevel: 'village' as const };
    const [near, far] = await Promise.all(
      [planted.near, planted.far].map((ids) => needs.findOne({ _id: { $in: ids }, ...turn })),
    );
    const items = [near, far].map((need) => ({ decision: 'approve', needId: need?._id ?? '' }));
    const answer = await api.call('POST', '/v1/need-decisions', { as, body: { items } });
    const results = bodyOf<{ items: { needId: string; problem?: { code: string } }[] }>(answer).items;
    expect(
      results.map(({ problem }) => problem?.code ?? 'decided'),
      answer.text,
    ).to.deep.equal(['decided', 'NOT_FOUND']);
    expect(await api.deps.models.commands.commands.countDocuments({ caseId: far?._id ?? '' })).to.equal(0);
  });
});
