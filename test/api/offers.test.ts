import { expect } from 'chai';
import { NativeConnection, Worker } from '@temporalio/worker';
import { v7 as uuidv7 } from 'uuid';
import { checkAll } from '../../activities/check.ts';
import { createCaseActivities } from '../../activities/case-activities.ts';
import type { MatchInput } from '../../contracts/match.ts';
import { workflowBundle } from '../../infra/temporal/bundle.ts';
import { createDataConverter } from '../../infra/temporal/codec.ts';
import { createTemporalClient } from '../../infra/temporal/connection.ts';
import type { MatchRecord } from '../../models/match.ts';
import type { Answer, TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, COUNTY, ok, publish, quilts, settle, until, VILLAGE, type Village } from '../support/needs.ts';

interface MatchBody {
  readonly id: string;
  readonly stage: string;
  readonly results: readonly {
    readonly needId: string;
    readonly needTitle: string;
    readonly outcome: string;
    readonly units: number;
    readonly pledgeId: string | null;
    readonly reasons: readonly { readonly code: string; readonly text: string }[];
  }[];
}

describe('An offer in advance', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  let donor: TestPerson;
  beforeEach(async () => {
    // What earlier tests left open must not fit this one's offers.
    await api.deps.models.needs.needs.updateMany({ stage: 'published' }, { $set: { category: 'other' } });
    [village, donor] = await Promise.all([settle(api), api.donor()]);
  });

  const offerOf = (change: object = {}) => ({
    category: 'bedding',
    itemName: '加厚棉被',
    unit: '床',
    quantity: 5,
    unitValueFen: 8_000,
    condition: 'new',
    delivery: 'villagePoint',
    regionCode: COUNTY,
    until: new Date(Date.now() + 30 * 86_400_000).toISOString(),
    ...change,
  });
  const make = (change: object = {}, as = donor): Promise<Answer> =>
    api.call('POST', '/v1/offers', { as, body: offerOf(change) });
  async function openOffer(change: object = {}, as = donor): Promise<string> {
    const answer = await make(change, as);
    expect(answer.status, answer.text).to.equal(201);
    const { id } = bodyOf<{ id: string }>(answer);
    await until(api, 'offer', id, 'underReview');
    await ok(api, village.countyCadre, `/v1/offers/${id}/approve`, {});
    return id;
  }
  async function finished(offerId: string, answer: Answer, as = donor): Promise<MatchBody> {
    expect(answer.status, answer.text).to.equal(202);
    const path = `/v1/offers/${offerId}/matches/${bodyOf<{ id: string }>(answer).id}`;
    for (let tries = 0; tries < 300; tries += 1) {
      const match = bodyOf<MatchBody>(await api.call('GET', path, { as }));
      if (match.stage === 'done') return match;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the match never ended');
  }
  const match = async (offerId: string, as = donor): Promise<MatchBody> =>
    finished(offerId, await api.call('POST', `/v1/offers/${offerId}/match`, { as }), as);
  const units = async (offerId: string) => {
    const offer = await api.deps.models.offers.find(offerId);
    return [offer?.left, offer?.proposed, offer?.accepted, offer?.sent, offer?.given];
  };
  const codeOf = (answer: Answer): string => bodyOf<{ code: string }>(answer).code;
  /** Once everything is recorded: the checker reads case after case, and must not meet one on its way. */
  async function mustBeWhole(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const { faults } = await checkAll({ models: api.deps.models, look: null, counters: false });
      if (faults.length === 0) return;
      if (tries === 50) expect(faults).to.deep.equal([]);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  it('is moderated by the county of its region, and then seen by everybody with a masked donor', async () => {
    const answer = await make();
    const { id } = bodyOf<{ id: string }>(answer);
    await until(api, 'offer', id, 'underReview');
    const counts = await api.call('GET', '/v1/work-list', { as: village.countyCadre });
    expect(bodyOf<{ offers: number }>(counts).offers).to.be.at.least(1);
    expect((await api.call('GET', '/v1/work-list/offers', { as: village.countyCadre })).text).to.include(id);
    expect((await api.call('GET', '/v1/work-list/offers', { as: village.townCadre })).text).not.to.include(id);
    expect((await api.call('GET', '/v1/offers')).text).not.to.include(id);
    expect(codeOf(await api.call('POST', `/v1/offers/${id}/match`, { as: donor }))).to.equal('OFFER_NOT_OPEN');
    const elsewhere = await api.cadre('county', '422801');
    expect((await api.call('POST', `/v1/offers/${id}/approve`, { as: elsewhere, body: {} })).status).to.equal(404);
    await ok(api, village.countyCadre, `/v1/offers/${id}/approve`, {});
    const list = await api.call('GET', `/v1/offers?region=${COUNTY}&category=bedding`);
    expect(list.text).to.include(id).and.include('张**').and.not.include('张三丰');
    const story = await api.call('GET', `/v1/offers/${id}/timeline`, { as: donor });
    expect(story.text).to.include('县级审核通过');
    expect((await api.call('GET', '/v1/my/offers', { as: donor })).text).to.include(id);
    expect((await api.call('GET', `/v1/offers/${id}`, { as: await api.donor() })).status).to.equal(404);
    await ok(api, donor, `/v1/offers/${id}/withdraw`);
  });

  it('for the whole country waits for an operator; what breaks the rules is refused by name', async () => {
    const { id } = bodyOf<{ id: string }>(await make({ regionCode: null }));
    await until(api, 'offer', id, 'underReview');
    expect((await api.deps.models.offers.find(id))?.reviewLevel).to.equal('operator');
    const reason = '数量太大，请分批登记';
    await ok(api, village.operator, `/v1/offers/${id}/refuse`, { reasonCode: 'tooMany', reason });
    expect((await api.call('GET', `/v1/offers/${id}/timeline`, { as: donor })).text).to.include(reason);
    const bad = await make({ itemName: '高档白酒', category: 'goods', quantity: 5000, until: '2020-01-01T00:00:00Z' });
    expect([bad.status, codeOf(bad)]).to.deep.equal([422, 'OFFER_RULES_BROKEN']);
    for (const code of ['FORBIDDEN_ITEM', 'CATEGORY_', 'QUANTITY_OUT_OF_RANGE', 'UNTIL_OUT_OF_RANGE'])
      expect(bad.text).to.include(code);
    const money = await make({ itemName: '医疗费用', category: 'medical-costs', unit: '瓶茅台酒' });
    expect(money.text).to.include('KIND_MISMATCH').and.include('FORBIDDEN_ITEM').and.include('/body/unit');
    expect(codeOf(await make({ regionCode: '999999' }))).to.equal('REGION_UNKNOWN');
  });

  it('finds those who need it, holds it for them, and asks the donor, with reasons', async () => {
    const other = await settle(api);
    const [first, second] = [await publish(api, village, { lines: quilts(3) }), await publish(api, other)];
    const offerId = await openOffer({ quantity: 4 });
    const call = { as: donor, key: `match-${offerId}` };
    const [asked, again] = [
      await api.call('POST', `/v1/offers/${offerId}/match`, call),
      await api.call('POST', `/v1/offers/${offerId}/match`, call),
    ];
    expect(again.text).to.equal(asked.text);
    const { results } = await finished(offerId, asked);
    expect(results.map(({ needId, outcome, units: n }) => [needId, outcome, n])).to.deep.equal([
      [first, 'proposed', 3],
      [second, 'proposed', 1],
    ]);
    expect(results[0]?.needTitle).to.equal('冬天需要两床棉被');
    expect(results[0]?.reasons.map(({ code }) => code)).to.include.members(['sameItem', 'coversAll']);
    expect(await units(offerId)).to.deep.equal([0, 4, 0, 0, 0]);
    const [yes, no] = results.map(({ pledgeId }) => pledgeId ?? '') as [string, string];
    await until(api, 'pledge', yes, 'held');
    await until(api, 'pledge', no, 'held');
    expect((await api.deps.models.needs.find(first))?.lines[0]).to.include({ free: 0, held: 3 });
    expect(codeOf(await api.call('POST', `/v1/pledges/${yes}/extend`, { as: donor }))).to.equal('PROPOSAL_OPEN');
    await ok(api, donor, `/v1/pledges/${yes}/accept`);
    await ok(api, donor, `/v1/pledges/${no}/release`, {});
    expect(await units(offerId)).to.deep.equal([1, 0, 3, 0, 0]);
    expect((await api.deps.models.needs.find(second))?.lines[0]).to.include({ free: 2, held: 0 });
    // Declined once is declined: another match does not propose it again.
    expect((await match(offerId)).results).to.deep.equal([]);
    const parcel = { courier: '中国邮政', trackingNumber: 'EA123456789CN' };
    await ok(api, donor, `/v1/pledges/${yes}/send`, parcel);
    expect(await units(offerId)).to.deep.equal([1, 0, 0, 3, 0]);
    const holds = await api.call('GET', '/v1/my/donor-record', { as: donor });
    expect(bodyOf<{ holds: number }>(holds).holds).to.equal(0);
    await mustBeWhole();
  });

  it('proposes in the order of every suggestion, with the reasons in the words of donor and publisher', async () => {
    const other = await settle(api);
    const plain = await publish(api, village);
    const urgent = await publish(api, other, { urgency: 'urgent' });
    const offerId = await openOffer({ quantity: 2 });
    const { results } = await match(offerId);
    expect(results.map(({ needId, outcome }) => [needId, outcome])).to.deep.equal([
      [urgent, 'proposed'],
      [plain, 'usedUp'],
    ]);
    expect(results[0]?.reasons.map(({ text }) => text)).to.include.members(['情况紧急', '正是对方需要的物品']);
    const found = (await api.deps.models.matches.matches.findOne({ offerId }))?.found;
    expect(found).to.deep.equal([urgent, plain]);
    const pledgeId = results[0]?.pledgeId ?? '';
    await until(api, 'pledge', pledgeId, 'held');
    const kept = (await api.deps.models.pledges.find(pledgeId))?.reasons ?? [];
    expect(kept.every((reason) => Object.keys(reason).every((key) => ['code', 'number'].includes(key)))).to.equal(true);
    expect(kept.map(({ code }) => code)).to.include.members(['urgent', 'sameItem', 'neverHelped']);
    const textsFor = async (as: TestPerson) => {
      const { body } = await api.call('GET', `/v1/pledges/${pledgeId}`, { as });
      return (body as { reasons: { text: string }[] }).reasons.map(({ text }) => text);
    };
    expect(await textsFor(donor)).to.include('情况紧急');
    expect(await textsFor(other.publisher))
      .to.include('捐的正是所需的物品')
      .and.not.include('情况紧急');
  });

  it('takes back what is not answered when it is withdrawn, and is used up when everything is sent', async () => {
    const needId = await publish(api, village, { lines: quilts(2) });
    const offerId = await openOffer({ quantity: 2 });
    const pledgeId = (await match(offerId)).results[0]?.pledgeId ?? '';
    await until(api, 'pledge', pledgeId, 'held');
    await ok(api, donor, `/v1/offers/${offerId}/withdraw`);
    await until(api, 'pledge', pledgeId, 'released');
    expect((await api.deps.models.needs.find(needId))?.lines[0]).to.include({ free: 2, held: 0 });
    const next = await openOffer({ quantity: 2 });
    const accepted = (await match(next)).results[0]?.pledgeId ?? '';
    await until(api, 'pledge', accepted, 'held');
    await ok(api, donor, `/v1/pledges/${accepted}/send`, { courier: '中国邮政', trackingNumber: 'EA123456789CN' });
    await until(api, 'offer', next, 'usedUp');
    await mustBeWhole();
  });

  it('of two donors for the last units gives each unit once', async () => {
    const needId = await publish(api, village, { lines: quilts(3) });
    const donors = await Promise.all(Array.from({ length: 4 }, () => api.donor()));
    const offers = await Promise.all(donors.map((one) => openOffer({ quantity: 2 }, one)));
    const matches = await Promise.all(offers.map((offerId, i) => match(offerId, donors[i])));
    const given = matches.flatMap(({ results }) => results).reduce((sum, result) => sum + result.units, 0);
    expect(given).to.equal(3);
    expect((await api.deps.models.needs.find(needId))?.lines[0]).to.include({ free: 0, held: 3 });
    const left = await Promise.all(offers.map(async (id) => (await api.deps.models.offers.find(id))?.left ?? -1));
    expect(left.reduce((sum, n) => sum + n, 0)).to.equal(5);
    expect(left.every((n) => n >= 0)).to.equal(true);
  });

  it('is not proposed to his own household, nor outside of what he may see', async () => {
    await publish(api, village);
    const relative = await api.person({ householdId: village.household.id, homeRegion: VILLAGE });
    const own = await match(await openOffer({}, relative), relative);
    expect(own.results.map(({ outcome }) => outcome)).to.deep.equal(['own']);
    const stranger = await api.person({ kind: 'donor', homeRegion: '110101' });
    expect((await match(await openOffer({}, stranger), stranger)).results).to.deep.equal([]);
  });

  it('goes on where it was when the worker died right after a reservation', async () => {
    const places = await Promise.all(Array.from({ length: 3 }, () => settle(api)));
    for (const place of places) await publish(api, place);
    const offerId = await openOffer({ quantity: 6 });
    const { config, models, reference } = api.deps;
    const record: MatchRecord = {
      _id: uuidv7(),
      offerId,
      donorId: donor.id,
      stage: 'asked',
      active: true,
      found: [],
      results: [],
      createdAt: new Date(),
      finishedAt: null,
    };
    await models.matches.matches.insertOne(record);
    const taskQueue = `dying-${record._id}`;
    const real = createCaseActivities({ models, reference, dispatch: () => Promise.resolve() });
    let die: () => void = () => undefined;
    const died = new Promise<void>((resolve) => (die = resolve));
    let calls = 0;
    const deadly: typeof real = {
      ...real,
      async proposeNeed(step) {
        const outcome = await real.proposeNeed(step);
        // The second reservation is made, and nobody ever hears of it.
        if ((calls += 1) === 2) {
          die();
          throw new Error('the process is gone');
        }
        return outcome;
      },
    };
    const connection = await NativeConnection.connect({ address: config.temporal.address });
    const client = createTemporalClient(config);
    const worker = async (activities: typeof real) => {
      const made = await Worker.create({
        connection,
        namespace: config.temporal.namespace,
        taskQueue,
        workflowBundle: await workflowBundle(config),
        dataConverter: createDataConverter(config.keys.codec),
        activities,
        shutdownGraceTime: '1 s',
        shutdownForceTime: '5 s',
      });
      const run = made.run();
      return async () => {
        made.shutdown();
        await run;
      };
    };
    const input: MatchInput = { matchId: record._id, offerId };
    const first = await worker(deadly);
    const handle = await client.workflow.start('match', {
      taskQueue,
      args: [input],
      workflowId: `match:${offerId}:${record._id}`,
    });
    await died;
    await first();
    const second = await worker(real);
    expect(await handle.result()).to.deep.equal({ proposed: 3 });
    await second();
    await connection.close();
    await client.connection.close();
    const after = await models.matches.find(record._id);
    expect(after?.results.map(({ outcome }) => outcome)).to.deep.equal(['proposed', 'proposed', 'proposed']);
    expect(await models.pledges.pledges.countDocuments({ offerId })).to.equal(3);
    expect(await units(offerId)).to.deep.equal([0, 6, 0, 0, 0]);
  });

  it('is one of so many at the most, also when a donor sends them all in one moment', async () => {
    const { openPerDonor } = api.deps.reference.currentPolicy(Date.now()).offer;
    const answers = await Promise.all(Array.from({ length: openPerDonor + 4 }, () => make()));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).to.have.length(openPerDonor);
    const others = answers.filter(({ status }) => status !== 201);
    expect(new Set(others.map(codeOf))).to.deep.equal(new Set(['OFFERS_EXCEEDED']));
    expect(await api.deps.models.offers.offers.countDocuments({ donorId: donor.id })).to.equal(openPerDonor);
  });
});
