import { expect } from 'chai';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { allRoutes } from '../../api/registry.ts';
import { defineRoute, isWrite, type AnyRoute } from '../../api/route.ts';
import { pathParams } from '../../api/route-faults.ts';
import { id, personal } from '../../contracts/http/common.ts';
import { accountRef, householdRef } from '../../domain/access/disclosure.ts';
import type { NeedRecord } from '../../models/need.ts';
import type { PledgeRecord } from '../../models/pledge.ts';
import { useApi, type Answer } from '../support/api.ts';
import { queryFields, sampleOf } from '../support/samples.ts';
import type { Somebody } from '../support/world-people.ts';
import { createWorld, type World } from '../support/world.ts';

/**
 * Everybody who serves reads everything he can reach. Whatever an answer tells of somebody else (his id, his phone, a
 * household's name or number) must stand in the audit trail with its purpose, whether or not the route says so.
 */

const SERVING = new Set(['cadre', 'operator', 'pointKeeper', 'helper', 'aidUnit']);
const STAGES: readonly Partial<NeedRecord>[] = [
  { stage: 'underReview', reviewLevel: 'village' },
  { stage: 'underReview', reviewLevel: 'township' },
  { stage: 'underReview', reviewLevel: 'county' },
  { stage: 'challenged', reviewLevel: 'township' },
  { stage: 'following', waitingOn: 'villageCadre' },
  { stage: 'handedOff', reviewLevel: 'county' },
  { stage: 'paused', photosToLook: { photos: [], dueAt: new Date(0) } },
];
/** What only events of a running platform fill. */
const NOTHING_HERE = new Set(['getPhoto', 'getPhotoThumbnail', 'readEndorsements']);
/** Who was read is the trail's content; that it was searched, for whom and why, is kept as one entry. */
const TRAIL = 'searchAudit';

const scopeIn = ({ access }: AnyRoute): string => ('public' in access ? 'public' : access.scope);

describe('readings of people’s data by those who serve', function () {
  this.timeout(60_000);
  const api = useApi();
  let world: World;
  let serving: Somebody[];

  before(async () => {
    world = await createWorld(api);
    const { needs, pledges } = { ...api.deps.models.needs, ...api.deps.models.pledges };
    const need = (await needs.findOne({ _id: world.ids['needId'] ?? '' })) as NeedRecord;
    await needs.insertMany(STAGES.map((stage) => ({ ...need, ...stage, _id: uuidv7() })));
    const pledge = (await pledges.findOne({ _id: world.ids['pledgeId'] ?? '' })) as PledgeRecord;
    await pledges.insertOne({ ...pledge, _id: uuidv7(), stage: 'disputed', waitingOn: 'countyCadre' });
    await needs.updateOne({ _id: need._id }, { $set: { category: 'bedding' } });
    const { donors, rechecks, news, cases } = {
      ...{ ...api.deps.models.donors, ...api.deps.models.rechecks },
      ...{ ...api.deps.models.news, ...api.deps.models.cases },
    };
    const counts = { holds: 0, received: 1, lapsed: 0, failed: 0, gave: { bedding: 1 } };
    await donors.insertOne({ _id: pledge.donorId, ...counts });
    const recheck = await rechecks.findOne({ _id: world.ids['recheckId'] ?? '' });
    const reviewer = world.near.find(({ name }) => name === 'near cadre village')?.id ?? '';
    if (recheck === null) throw new Error('the world has no recheck');
    await rechecks.insertOne({
      ...recheck,
      _id: uuidv7(),
      needId: uuidv7(),
      reviewerId: reviewer,
      status: 'done',
      agreed: true,
    });
    await news.updateOne({ _id: world.ids['newsId'] ?? '' }, { $set: { photos: [uuidv7()] } });
    const { publisherId, householdId } = need;
    const state = { 'state.publisherId': publisherId, 'state.householdId': householdId };
    await cases.updateOne({ caseId: need._id }, { $set: state });
    const unit = { name: 'aid unit', role: 'aidUnit' as const };
    serving = world.near.filter(({ role }) => SERVING.has(role));
    serving.push({ ...unit, ...(await api.person({ grants: [{ role: 'aidUnit', regionCode: '360735' }] })) });
  });

  const address = (route: AnyRoute): string => {
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => world.ids[name] ?? uuidv7());
    const needed = queryFields(route).filter(([name, s]) => name === 'purpose' || !s.safeParse(undefined).success);
    const query = needed.map(([name, schema]) => `${name}=${encodeURIComponent(String(sampleOf(schema)))}`);
    return query.length === 0 ? path : `${path}?${query.join('&')}`;
  };
  const traceOf = (answer: Answer) =>
    api.deps.models.audit.audit.findOne({ requestId: answer.headers.get('x-request-id') ?? '' });

  /** Everybody but the reader of whom the answer tells. */
  const toldOf = (answer: Answer, reader: Somebody): string[] => {
    const others = world.near.filter((person) => person.id !== reader.id);
    const accounts = others.filter(({ id: own, phone }) => answer.text.includes(own) || answer.text.includes(phone));
    const { householdId = '' } = world.ids;
    const household = [householdId, '赖秀英', '36073510022300000001'].some((word) => answer.text.includes(word));
    return [...accounts.map((person) => accountRef(person.id)), ...(household ? [householdRef(householdId)] : [])];
  };

  it('leave their purpose and their people in the audit trail, on every route there is', async () => {
    const untraced: string[] = [];
    const exercised = new Set<string>();
    const routes = allRoutes.filter(
      (route) => !isWrite(route) && scopeIn(route) !== 'own' && route.operationId !== TRAIL,
    );
    for (const route of routes) {
      for (const somebody of serving) {
        const answer = await api.call('GET', address(route), { as: somebody });
        if (answer.status !== 200) continue;
        const told = toldOf(answer, somebody);
        const trace = await traceOf(answer);
        if (trace?.purpose !== undefined && (trace.persons ?? []).length > 0) exercised.add(route.operationId);
        const missing = told.filter((person) => trace?.purpose === undefined || !trace.persons?.includes(person));
        if (missing.length > 0) untraced.push(`${route.operationId} to ${somebody.name}: ${missing.join()}`);
      }
    }
    expect(untraced).to.deep.equal([]);
    const declared = routes.filter(({ personal: purpose }) => purpose !== undefined).map((route) => route.operationId);
    expect(declared.filter((name) => !exercised.has(name) && !NOTHING_HERE.has(name))).to.deep.equal([]);
  });

  it('of a list are one entry with everybody on the page', async () => {
    const cadre = world.near.find(({ name }) => name === 'near cadre village');
    const answer = await api.call('GET', '/v1/work-list/today', { as: cadre ?? null });
    const requestId = answer.headers.get('x-request-id') ?? '';
    const entries = await api.deps.models.audit.audit.find({ requestId }).toArray();
    expect(entries).to.have.length(1);
    expect(entries[0]).to.include({ action: 'work.today', purpose: 'review' });
    expect(entries[0]?.persons).to.include(householdRef(world.ids['householdId'] ?? ''));
  });

  it('of a photo are kept while it is not public, and only for who does not see his own', async () => {
    const named = (name: string): Somebody => world.near.find((person) => person.name === name) as Somebody;
    const { needs } = api.deps.models.needs;
    const form = new FormData();
    const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    form.append('photo', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'a.png');
    const uploaded = await api.call('POST', '/v1/photos', { as: named('publisher'), body: form });
    expect(uploaded.status, uploaded.text).to.equal(201);
    const photoId = (uploaded.body as { id: string }).id;
    const need = (await needs.findOne({ _id: world.ids['needId'] ?? '' })) as NeedRecord;
    const hidden = { ...need, _id: uuidv7(), stage: 'underReview' as const, photos: [photoId] };
    await needs.insertOne(hidden);
    await api.deps.models.photos.use([photoId], named('publisher').id, { kind: 'need', id: hidden._id });
    const read = async (as: Somebody, path = '') => {
      const answer = await api.call('GET', `/v1/photos/${photoId}${path}`, { as });
      return { status: answer.status, trace: await traceOf(answer) };
    };
    const seen = await read(named('near cadre village'), '/thumbnail');
    expect(seen.status).to.equal(200);
    expect(seen.trace).to.include({ action: 'photo.read', purpose: 'review' });
    expect(seen.trace?.persons).to.include(householdRef(need.householdId));
    expect((await read(named('publisher'))).trace).to.equal(null);
    expect((await read(named('donor'))).status).to.equal(404);
    await needs.updateOne({ _id: hidden._id }, { $set: { stage: 'published' } });
    expect(await read(named('near cadre village'))).to.deep.equal({ status: 200, trace: null });
  });

  it('cannot be had from a route that names no purpose: it does not load', () => {
    const route = {
      method: 'get',
      path: '/v1/things',
      operationId: 'listThings',
      summary: 'Things',
      tags: ['Things'],
      access: { roles: ['cadre'], scope: 'none' },
      responses: { 200: z.strictObject({ items: z.array(z.strictObject({ of: personal(id).nullable() })) }) },
      handler: () => ({ status: 200 as const, body: { items: [] } }),
    } as const;
    expect(() => defineRoute(route)).to.throw('shows items[].of without a purpose');
    const party = { ...route, responses: { 200: null }, access: { signedIn: true, scope: 'party' } } as const;
    expect(() => defineRoute({ ...party, handler: () => ({ status: 200 as const }) })).to.throw('without a purpose');
    expect(() => defineRoute({ ...route, personal: 'review', audit: 'things.list' })).not.to.throw();
  });

  it('walk every path parameter with a record of the world', () => {
    const names = new Set(allRoutes.filter((route) => !isWrite(route)).flatMap((route) => pathParams(route.path)));
    const known = new Set([...Object.keys(world.ids), 'photoId', 'draftId', 'version', 'runId', 'caseId', 'caseType']);
    expect([...names].filter((name) => !known.has(name))).to.deep.equal([]);
  });
});
