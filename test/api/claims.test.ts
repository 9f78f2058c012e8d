import { expect } from 'chai';
import { loseAnswers, PASSWORD, type Answer, type TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, quilts, settle, until, type Village, VILLAGE } from '../support/needs.ts';

describe('claims', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  beforeEach(async () => {
    village = await settle(api);
  });

  const lineOf = async (needId: string): Promise<string> =>
    (await api.deps.models.needs.find(needId))?.lines[0]?.id ?? '';
  const claim = (needId: string, as: TestPerson, body: object): Promise<Answer> =>
    api.call('POST', `/v1/needs/${needId}/claims`, { as, body: { delivery: 'villagePoint', ...body } });

  it('give the last unit to one of fifty donors', async () => {
    const needId = await publish(api, village, { lines: quilts(1) });
    const donors = await Promise.all(Array.from({ length: 50 }, () => api.donor()));
    const lineId = await lineOf(needId);
    const answers = await Promise.all(
      donors.map((donor) => claim(needId, donor, { lines: [{ lineId, quantity: 1 }] })),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 201)).to.have.length(1);
    expect(statuses.filter((status) => status === 409)).to.have.length(49);
    const lost = answers.find((answer) => answer.status === 409);
    const { code, left } = bodyOf<{ code: string; left: unknown }>(lost as Answer);
    expect(code).to.be.oneOf(['UNITS_NOT_AVAILABLE', 'NOT_OPEN_FOR_CLAIMS']);
    expect(left).to.deep.equal([{ lineId, available: 0 }]);
    await until(api, 'need', needId, 'matched');
    expect(await api.deps.models.pledges.pledges.countDocuments({ needId })).to.equal(1);
  });

  it('never give more than there is when twenty donors want one or two of six', async () => {
    const needId = await publish(api, village, { lines: quilts(6) });
    const donors = await Promise.all(Array.from({ length: 20 }, () => api.donor()));
    const lineId = await lineOf(needId);
    const answers = await Promise.all(
      donors.map((donor, i) => claim(needId, donor, { lines: [{ lineId, quantity: 1 + (i % 2) }] })),
    );
    expect(answers.every(({ status }) => status === 201 || status === 409)).to.equal(true);
    const need = await api.deps.models.needs.find(needId);
    const line = need?.lines[0];
    expect((line?.free ?? 0) + (line?.held ?? 0)).to.equal(6);
    const pledged = await api.deps.models.pledges.pledges.find({ needId }).toArray();
    expect(pledged.flatMap((p) => p.lines).reduce((sum, l) => sum + l.quantity, 0)).to.equal(line?.held);
    expect(need?.openPledges).to.equal(pledged.length);
  });

  it('that are lost name what is left and what is wanted elsewhere', async () => {
    const needId = await publish(api, village, { lines: quilts(3) });
    const others = await Promise.all(Array.from({ length: 7 }, () => settle(api)));
    const alike = await Promise.all(others.map((other) => publish(api, other)));
    const lineId = await lineOf(needId);
    const lost = await claim(needId, await api.donor(), { lines: [{ lineId, quantity: 4 }] });
    const { left, similar } = bodyOf<{ left: unknown; similar: { id: string; available: number }[] }>(lost);
    // Nobody took any: it never asked for so many.
    expect([lost.status, left]).to.deep.equal([422, [{ lineId, available: 3 }]]);
    expect(lost.text).to.include('"MORE_THAN_WANTED"').and.include('/body/lines/0/quantity').and.include('超出');
    const some = await claim(needId, await api.donor(), { lines: [{ lineId, quantity: 2 }] });
    expect(some.status, some.text).to.equal(201);
    const late = await claim(needId, await api.donor(), { lines: [{ lineId, quantity: 2 }] });
    expect([late.status, late.text.includes('UNITS_NOT_AVAILABLE')]).to.deep.equal([409, true]);
    expect(similar).to.have.length(5);
    expect(alike).to.include.members(similar.map((row) => row.id));
    expect(similar.every(({ available }) => available === 2)).to.equal(true);
  });

  it('for many needs at once end at the donor’s quota, and what he gives back counts again', async () => {
    const donor = await api.donor();
    const limit = api.deps.reference.currentPolicy(Date.now()).pledge.holdsPerDonor;
    const places = await Promise.all(Array.from({ length: limit + 5 }, () => settle(api)));
    const needIds = await Promise.all(places.map((place) => publish(api, place)));
    const answers = await Promise.all(needIds.map((needId) => claim(needId, donor, { whole: true })));
    const won = answers.filter(({ status }) => status === 201);
    expect(won).to.have.length(limit);
    const record = async () =>
      bodyOf<{ holds: number; quota: number }>(await api.call('GET', '/v1/my/donor-record', { as: donor }));
    expect(await record()).to.deep.include({ holds: limit, quota: limit, received: 0, reliability: null });
    const pledgeId = bodyOf<{ id: string }>(won[0] as Answer).id;
    const needId = needIds[answers.findIndex(({ status }) => status === 201)] ?? '';
    await until(api, 'pledge', pledgeId, 'held');
    await until(api, 'need', needId, 'matched');
    await ok(api, donor, `/v1/pledges/${pledgeId}/release`, {});
    // The need hears of the units that came free a moment later; until then it takes no claims.
    await until(api, 'need', needId, 'published');
    expect(await record()).to.deep.include({ holds: limit - 1, lapsed: 0 });
    await api.deps.models.donors.donors.updateOne({ _id: donor.id }, { $set: { received: 1, lapsed: 4 } });
    const again = await claim(needId, donor, { whole: true });
    expect([again.status, bodyOf<{ limit: number }>(again).limit]).to.deep.equal([422, 2]);
    await api.deps.models.donors.donors.updateOne({ _id: donor.id }, { $set: { received: 0, lapsed: 0 } });
  });

  it('are made once for a request that comes twice', async () => {
    const needId = await publish(api, village);
    const donor = await api.donor();
    const call = { as: donor, key: 'same-key-0001', body: { delivery: 'villagePoint', whole: true } };
    const [first, second] = [
      await api.call('POST', `/v1/needs/${needId}/claims`, call),
      await api.call('POST', `/v1/needs/${needId}/claims`, call),
    ];
    expect(second.text).to.equal(first.text);
    expect(await api.deps.models.pledges.pledges.countDocuments({ needId })).to.equal(1);
  });

  it('are found again when the answer was lost, though nothing is left but what they took', async () => {
    const donor = await api.donor();
    for (const whole of [true, false]) {
      const needId = await publish(api, await settle(api));
      const lines = [{ lineId: await lineOf(needId), quantity: 2 }];
      const body = { delivery: 'villagePoint', ...(whole ? { whole } : { lines }) };
      const call = { as: donor, key: `lost-answer-${String(whole)}`, body };
      const first = await api.call('POST', `/v1/needs/${needId}/claims`, call);
      expect(first.status, first.text).to.equal(201);
      await until(api, 'need', needId, 'matched');
      await loseAnswers(api);
      const again = await api.call('POST', `/v1/needs/${needId}/claims`, call);
      expect([again.status, again.text]).to.deep.equal([201, first.text]);
      expect(await api.deps.models.pledges.pledges.countDocuments({ needId })).to.equal(1);
    }
  });

  it('that come for the first time and get nothing are not looked for', async () => {
    const needId = await publish(api, village, { lines: quilts(1) });
    const { pledges } = api.deps.models.pledges;
    const find = pledges.find.bind(pledges);
    const looked: unknown[] = [];
    pledges.find = ((...query: Parameters<typeof find>) => {
      looked.push(query[0]);
      return find(...query);
    }) as typeof pledges.find;
    try {
      const whole = { whole: true };
      const lines = { lines: [{ lineId: await lineOf(needId), quantity: 1 }] };
      const donors = await Promise.all([api.donor(), api.donor(), api.donor()]);
      const statuses: number[] = [];
      for (const [i, body] of [whole, whole, lines].entries()) {
        statuses.push((await claim(needId, donors[i] as TestPerson, body)).status);
      }
      expect(statuses).to.deep.equal([201, 409, 409]);
      expect(looked).to.deep.equal([]);
    } finally {
      pledges.find = find;
    }
  });

  it('are not for the household itself, and mark insiders openly', async () => {
    const needId = await publish(api, village);
    const own = await claim(needId, village.publisher, { whole: true });
    expect([own.status, bodyOf<{ code: string }>(own).code]).to.deep.equal([403, 'OWN_NEED']);
    const lineId = await lineOf(needId);
    const lines = [{ lineId, quantity: 1 }];
    expect((await claim(needId, village.publisher, { lines })).status).to.equal(403);
    expect((await api.deps.models.needs.find(needId))?.lines[0]?.held).to.equal(0);
    const cadre = await claim(needId, village.villageCadre, { lines });
    expect(bodyOf<{ marks: string[] }>(cadre).marks).to.deep.equal(['cadreOfArea', 'closedWithinMinutes']);
  });

  it('are not for anybody of the household, whatever account he uses', async () => {
    const needId = await publish(api, village);
    const member = await api.donor();
    const mark = api.deps.crypto.index.of('idNumber', village.household.headIdNumber);
    await api.deps.models.accounts.accounts.updateOne({ _id: member.id }, { $set: { idNumberIndex: mark } });
    const answer = await claim(needId, member, { whole: true });
    expect([answer.status, bodyOf<{ code: string }>(answer).code]).to.deep.equal([403, 'OWN_NEED']);
    const waits = await claim(needId, member, {
      lines: [{ lineId: await lineOf(needId), quantity: 9 }],
      standby: true,
    });
    expect([waits.status, bodyOf<{ code: string }>(waits).code]).to.deep.equal([403, 'OWN_NEED']);
  });

  it('are marked when donor and publisher share a household, a phone or a device', async () => {
    const helper = await api.person({ householdId: village.household.id, homeRegion: VILLAGE });
    const other = await settle(api);
    const needId = await publish(api, other, { lines: quilts(3) });
    const { accounts, sessions, households, needs } = api.deps.models;
    await needs.needs.updateOne({ _id: needId }, { $set: { publisherId: village.publisher.id } });
    const donor = await api.donor();
    const { phoneIndex } = (await accounts.find(donor.id)) ?? { phoneIndex: '' };
    await households.households.updateOne({ _id: other.household.id }, { $set: { phoneIndex } });
    const onDevice = async (as: TestPerson): Promise<TestPerson> => {
      const body = { phone: as.phone, password: PASSWORD, device: 'device-0123456789abcdef' };
      const answer = await api.call('POST', '/v1/sessions', { body, key: null });
      return { ...as, token: bodyOf<{ accessToken: string }>(answer).accessToken };
    };
    await onDevice(village.publisher);
    expect(await sessions.sessions.countDocuments({ device: /^device/ })).to.equal(0);
    const lines = [{ lineId: await lineOf(needId), quantity: 1 }];
    const marks = async (as: TestPerson) => bodyOf<{ marks: string[] }>(await claim(needId, as, { lines })).marks;
    expect(await marks(helper)).to.deep.equal(['relatedToPublisher', 'closedWithinMinutes']);
    expect(await marks(await onDevice(donor))).to.deep.equal(['samePhone', 'sameDevice', 'closedWithinMinutes']);
    const itself = ['publisher', 'relatedToPublisher', 'closedWithinMinutes'];
    expect(await marks(village.publisher)).to.deep.equal(itself);
  });

  it('end at the donor’s quota, and name the line that does not exist', async () => {
    const donor = await api.donor();
    const limit = api.deps.reference.currentPolicy(Date.now()).pledge.holdsPerDonor;
    const needId = await publish(api, village, { lines: quilts(limit + 2) });
    const lineId = await lineOf(needId);
    for (let i = 0; i < limit; i += 1) {
      expect((await claim(needId, donor, { lines: [{ lineId, quantity: 1 }] })).status).to.equal(201);
    }
    const over = await claim(needId, donor, { lines: [{ lineId, quantity: 1 }] });
    expect([over.status, bodyOf<{ code: string }>(over).code]).to.deep.equal([422, 'HOLDS_EXCEEDED']);
    expect((await api.deps.models.needs.find(needId))?.lines[0]?.free).to.equal(2);
    const unknown = await claim(needId, await api.donor(), { lines: [{ lineId: donor.id, quantity: 1 }] });
    expect([unknown.status, unknown.text.includes('/body/lines/0/lineId')]).to.deep.equal([422, true]);
  });
});
