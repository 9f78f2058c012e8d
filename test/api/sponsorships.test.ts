import { expect } from 'chai';
import { createNotifier } from '../../activities/notify.ts';
import { createClaimSponsored } from '../../activities/sponsor.ts';
import { createPlanSponsorship } from '../../activities/sponsor-plan.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, quilts, settle, until, type Village } from '../support/needs.ts';

interface Made {
  readonly id: string;
}
interface Result {
  readonly needId: string;
  readonly outcome: string;
  readonly pledgeId: string | null;
  readonly units: number;
  readonly pledgeStage: string | null;
  readonly notSent: string | null;
}

describe('sponsorships', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  before(async () => {
    village = await settle(api);
  });

  const make = async (as: TestPerson, body: object): Promise<string> => {
    const whole = { organisation: '长乐慈善会', delivery: 'villagePoint', ...body };
    const answer = await api.call('POST', '/v1/sponsorships', { as, body: whole });
    expect(answer.status, answer.text).to.equal(201);
    const { id } = bodyOf<Made>(answer);
    await until(api, 'sponsorship', id, 'underReview');
    return id;
  };
  const publishMany = async (count: number, change: object = {}): Promise<string[]> => {
    const places = await Promise.all(Array.from({ length: count }, () => settle(api)));
    return Promise.all(places.map((place) => publish(api, place, change)));
  };
  /** What the sponsor is told of the events, as the consumer of the queue tells it. */
  const told = async (id: string) => {
    const { db, events, inbox } = api.deps.models;
    const notify = createNotifier({
      db,
      deciders: CASE_DECIDERS,
      words: {},
      categories: api.deps.reference.categories,
    });
    for (const { seq } of await events.of('sponsorship', id)) await notify(`sponsorship:${id}:${seq}`);
    const rows = await inbox.inbox.find({ caseId: id, template: { $ne: 'sponsorship.assigned' } }).toArray();
    rows.sort((a, b) => Number(a.eventId.split(':').at(-1)) - Number(b.eventId.split(':').at(-1)));
    return { inbox: rows.map(({ template, text }) => [template, /^[^{}]+$/.test(text)]) };
  };
  const resultsOf = async (id: string, as: TestPerson, limit = 2): Promise<Result[]> => {
    const all: Result[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = `limit=${limit}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const answer = await api.call('GET', `/v1/sponsorships/${id}/results?${query}`, { as });
      expect(answer.status, answer.text).to.equal(200);
      const page = bodyOf<{ items: Result[]; next: string | null }>(answer);
      all.push(...page.items);
      cursor = page.next;
    }
    return all;
  };

  it('claim what an operator approved, need by need, beyond the quota of holds, and start each case once', async () => {
    const donor = await api.donor();
    const limit = api.deps.reference.currentPolicy(Date.now()).pledge.holdsPerDonor;
    const needIds = await publishMany(limit + 2);
    const taken = needIds[0] ?? '';
    await api.deps.models.needs.needs.updateOne({ _id: taken }, { $set: { 'lines.0.free': 0, 'lines.0.held': 2 } });
    const id = await make(donor, { needIds });
    const early = await api.call('GET', `/v1/sponsorships/${id}`, { as: donor });
    expect(bodyOf<{ why: string }>(early).why).to.include('平台审核');
    expect((await api.call('POST', `/v1/sponsorships/${id}/approve`, { as: donor, body: {} })).status).to.equal(403);
    await ok(api, village.operator, `/v1/sponsorships/${id}/approve`, {});
    await until(api, 'sponsorship', id, 'claimed');
    const results = await resultsOf(id, donor);
    expect(results.map(({ needId }) => needId)).to.deep.equal(needIds);
    expect(results.map(({ outcome }) => outcome)).to.deep.equal([
      'nothingFree',
      ...needIds.slice(1).map(() => 'claimed'),
    ]);
    for (const { pledgeId } of results.slice(1)) await until(api, 'pledge', pledgeId ?? '', 'held');
    for (const needId of needIds.slice(1)) await until(api, 'need', needId, 'matched');
    const { pledges, donors } = api.deps.models;
    expect(await pledges.pledges.countDocuments({ donorId: donor.id })).to.equal(limit + 1);
    expect((await donors.find(donor.id)).holds).to.equal(0);
    const timeline = await api.call('GET', `/v1/sponsorships/${id}/timeline`, { as: donor });
    expect(bodyOf<{ items: { text: string }[] }>(timeline).items.map(({ text }) => text)).to.deep.equal([
      '提交了批量认领申请',
      '平台审核通过，开始认领',
      `找到${limit + 2}条符合条件的求助`,
      `已处理${limit + 2}条，认领${limit + 1}条`,
      `认领完毕，共认领${limit + 1}条，等待寄出`,
    ]);
  });

  it('are sent in bulk, in as many rounds as the sponsor packs, with a result for each need and one message for all', async () => {
    const donor = await api.donor();
    const needIds = await publishMany(5);
    const [first = '', second = '', byHand = '', gone = '', withoutParcel = ''] = needIds;
    const id = await make(donor, { needIds });
    await ok(api, village.operator, `/v1/sponsorships/${id}/approve`, {});
    await until(api, 'sponsorship', id, 'claimed');
    const pledgeOf = new Map((await resultsOf(id, donor)).map(({ needId, pledgeId }) => [needId, pledgeId ?? '']));
    for (const pledgeId of pledgeOf.values()) await until(api, 'pledge', pledgeId, 'held');
    const parcel = (needId: string) => ({ needId, courier: '中国邮政', trackingNumber: `EMS${needId.slice(-10)}` });
    const path = `/v1/sponsorships/${id}/send`;
    await ok(api, donor, `/v1/pledges/${pledgeOf.get(byHand)}/send`, {
      courier: '中国邮政',
      trackingNumber: 'EMS100200',
    });
    await ok(api, donor, `/v1/pledges/${pledgeOf.get(gone)}/release`, {});
    const foreign = await publish(api, await settle(api));
    const unknown = await api.call('POST', path, { as: donor, body: { parcels: [parcel(first), parcel(foreign)] } });
    expect([unknown.status, unknown.text.includes('/body/parcels/1/needId')]).to.deep.equal([400, true]);
    expect((await api.call('POST', path, { as: donor, body: {} })).status).to.equal(400);
    expect((await api.call('POST', path, { as: await api.donor(), body: {} })).status).to.equal(404);
    await ok(api, donor, path, { parcels: [parcel(first), parcel(second), parcel(gone)] });
    await until(api, 'sponsorship', id, 'claimed');
    const sent = Object.fromEntries((await resultsOf(id, donor)).map((r) => [r.needId, [r.pledgeStage, r.notSent]]));
    expect(sent).to.deep.equal({
      [first]: ['sent', null],
      [second]: ['sent', null],
      [byHand]: ['sent', null],
      [gone]: ['released', 'notHeld'],
      [withoutParcel]: ['held', null],
    });
    expect((await api.deps.models.pledges.find(pledgeOf.get(second) ?? ''))?.shipment).to.include({
      courier: '中国邮政',
    });
    await ok(api, donor, path, { parcels: [parcel(withoutParcel)] });
    await until(api, 'sponsorship', id, 'completed');
    const view = await api.call('GET', `/v1/sponsorships/${id}`, { as: donor });
    expect(view.body).to.deep.include({ sent: 4, notSent: { notHeld: 1 } });
    const { inbox } = await told(id);
    expect(inbox).to.deep.equal([
      ['sponsorship.approved', true],
      ['sponsorship.claimed', true],
      ['sponsorship.sentInPart', true],
      ['sponsorship.sent', true],
    ]);
  });

  it('keep to region, category, number, budget and the bound per need, the longest waiting first', async () => {
    const donor = await api.donor();
    const needIds = await publishMany(3, { category: 'heating', lines: quilts(2) });
    for (const [i, _id] of needIds.entries())
      await api.deps.models.needs.needs.updateOne({ _id }, { $set: { publishedAt: new Date(2026, 0, 1 + i) } });
    const bounds = { region: '360735', category: 'heating', needs: 5, budgetFen: 13_000, perNeedFen: 7_000 };
    const id = await make(donor, bounds);
    await ok(api, village.operator, `/v1/sponsorships/${id}/approve`, {});
    await until(api, 'sponsorship', id, 'claimed');
    const results = await resultsOf(id, donor);
    // One quilt of 60 yuan each: two fit 70 yuan per need and 130 in all, a third is over the budget.
    expect(results.map(({ needId, outcome, units }) => [needId, outcome, units])).to.deep.equal([
      [needIds[0], 'claimed', 1],
      [needIds[1], 'claimed', 1],
      [needIds[2], 'overBudget', 0],
    ]);
    const elsewhere = await make(donor, { region: '422801', needs: 5 });
    await ok(api, village.operator, `/v1/sponsorships/${elsewhere}/approve`, {});
    await until(api, 'sponsorship', elsewhere, 'completed');
    const none = await api.call('GET', `/v1/sponsorships/${elsewhere}`, { as: donor });
    expect(none.body).to.deep.include({ planned: 0, totals: { tried: 0, claimed: 0, units: 0, valueFen: 0 } });
  });

  it('claim each need once, in whatever pieces the work is cut and however often a piece is repeated', async () => {
    const donor = await api.donor();
    const needIds = await publishMany(5, { lines: quilts(3) });
    const { models, reference } = api.deps;
    const id = await make(donor, { needIds });
    // The work by hand instead of by the case, in chunks of two, each asked for twice at once and single donors between.
    await models.sponsorships.sponsorships.updateOne({ _id: id }, { $set: { stage: 'running' } });
    const deps = { models, reference, dispatch: () => Promise.resolve(), chunkSize: 2 };
    const request = { caseType: 'sponsorship', caseId: id, seq: 1, reaction: { effect: '', args: {} } };
    const claim = createClaimSponsored(deps);
    expect(await createPlanSponsorship(deps)(request)).to.deep.equal({ name: 'planned', data: { planned: 5 } });
    const others = await Promise.all(needIds.map(() => api.donor()));
    const single = needIds.map(async (needId, i) => {
      const lineId = (await models.needs.find(needId))?.lines[0]?.id ?? '';
      const body = { delivery: 'villagePoint', lines: [{ lineId, quantity: 1 }] };
      return api.call('POST', `/v1/needs/${needId}/claims`, { as: others[i] as TestPerson, body });
    });
    for (let round = 0; round < 4; round += 1) await Promise.all([claim(request), claim(request).catch(() => null)]);
    const statuses = (await Promise.all(single)).map(({ status }) => status);
    const sponsorship = await models.sponsorships.find(id);
    expect(sponsorship?.totals.tried).to.equal(5);
    for (const needId of needIds) {
      const line = (await models.needs.find(needId))?.lines[0];
      const given = await models.pledges.pledges.find({ needId }).toArray();
      const units = given.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
      expect([line?.free, line?.held]).to.deep.equal([3 - units, units]);
      expect(given.filter(({ donorId }) => donorId === donor.id)).to.have.length(1);
    }
    expect(statuses.every((status) => status === 201 || status === 409)).to.equal(true);
    await models.sponsorships.sponsorships.updateOne({ _id: id }, { $set: { stage: 'underReview' } });
  });

  it('are taken back before they run and stopped while they do; then nothing more is claimed', async () => {
    const donor = await api.donor();
    const id = await make(donor, { needs: 3, region: '422801' });
    await ok(api, donor, `/v1/sponsorships/${id}/cancel`);
    await until(api, 'sponsorship', id, 'withdrawn');
    const { models, reference } = api.deps;
    const request = { caseType: 'sponsorship', caseId: id, seq: 1, reaction: { effect: '', args: {} } };
    const claim = createClaimSponsored({ models, reference, dispatch: () => Promise.resolve() });
    expect(await claim(request)).to.equal(null);
    const unbounded = await api.call('POST', '/v1/sponsorships', {
      as: donor,
      body: { organisation: '长乐慈善会', delivery: 'villagePoint', region: '360735' },
    });
    expect([unbounded.status, bodyOf<{ code: string }>(unbounded).code]).to.deep.equal([400, 'INVALID_REQUEST']);
  });
});
