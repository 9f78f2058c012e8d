import { expect } from 'chai';
import type { Answer, TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import {
  addHousehold,
  bodyOf,
  dismissMatches,
  draft,
  draftFor,
  ok,
  settle,
  submit,
  until,
  upload,
  VILLAGE,
  type Village,
} from '../support/needs.ts';

const desk = {
  title: '孩子上学需要书桌',
  details: '孙子上小学四年级，一直趴在饭桌上写作业，眼睛越来越近视，想要一张书桌。',
  category: 'study-furniture',
  lines: [{ name: '书桌', unit: '张', quantity: 1, unitPriceFen: 20_000, condition: 'any' }],
  consent: { kind: 'inPerson', reference: '本人', givenOn: '2026-11-01', sensitive: true, guardian: true },
};
const REASON = '这是另一户人家，只是村里写法相近';

describe('What guards a posting', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  beforeEach(async () => {
    village = await settle(api);
  });
  const codeOf = (answer: Answer) => [answer.status, bodyOf<{ code: string }>(answer).code];
  const realName = (change: object = {}): Promise<TestPerson> =>
    api.person({ homeRegion: VILLAGE, idNumber: `99010119880101${String(Math.random()).slice(2, 6)}`, ...change });

  it('what tells the same story in the village is shown first, and only then, with a reason, it may be submitted', async () => {
    const first = await submit(api, village, desk);
    await until(api, 'need', first, 'underReview');
    const other = await settle(api);
    const needId = await draft(api, other, desk);
    const path = `/v1/needs/${needId}`;
    const listed = await api.call('GET', `${path}/likely-matches`, { as: other.publisher });
    const [match] = bodyOf<{ items: { needId: string; reasons: string[]; title: string | null }[] }>(listed).items;
    expect(match, listed.text).to.deep.include({ needId: first, title: null });
    expect(match?.reasons).to.include.members(['sameArea', 'similarText']);
    const refused = await api.call('POST', `${path}/submit`, { as: other.publisher });
    expect(codeOf(refused)).to.deep.equal([409, 'LIKELY_MATCHES']);
    expect(bodyOf<{ needIds: string[] }>(refused).needIds).to.include(first);

    const items = [{ needId: first, reasonCode: 'otherHousehold', reason: REASON }];
    const dismissals = `${path}/likely-matches/dismissals`;
    const unknown = await api.call('POST', dismissals, {
      as: other.publisher,
      body: { items: [{ ...items[0], needId }] },
    });
    expect(unknown.status, 'of what is no match nothing is kept').to.equal(200);
    expect((await api.deps.models.needs.find(needId))?.dismissed).to.deep.equal([]);
    expect((await api.call('POST', dismissals, { as: village.publisher, body: { items } })).status).to.equal(404);
    const said = await api.call('POST', dismissals, { as: other.publisher, body: { items } });
    expect(said.status, said.text).to.equal(200);
    await dismissMatches(api, other.publisher, needId);
    expect((await api.call('POST', `${path}/submit`, { as: other.publisher })).status).to.equal(202);
    await until(api, 'need', needId, 'underReview');
    const full = await api.call('GET', `${path}/full`, { as: other.villageCadre });
    const { dismissedMatches } = bodyOf<{ dismissedMatches: { needId: string }[] }>(full);
    expect(dismissedMatches.map((one) => one.needId)).to.include(first);
  });

  it('an edit must not ask for what another need asks for, and a reviewer is told of a twin that came about', async () => {
    const quilts = await submit(api, village);
    const needId = await submit(api, village, desk);
    await Promise.all([until(api, 'need', quilts, 'underReview'), until(api, 'need', needId, 'underReview')]);
    await ok(api, village.villageCadre, `/v1/needs/${needId}/return`, {
      reasonCode: 'unclear',
      reason: '请写清楚尺寸',
    });
    await until(api, 'need', needId, 'returned');
    const { photos } = (await api.deps.models.needs.find(needId)) ?? { photos: [] };
    const { householdId: _h, relation: _r, ...content } = draftFor(village.household.id, photos);
    const twin = await api.call('POST', `/v1/needs/${needId}/resubmit`, { as: village.publisher, body: content });
    expect(codeOf(twin)).to.deep.equal([409, 'DUPLICATE_NEED']);
    // As two uploads in the same moment, or an older record, would have left it.
    await api.deps.models.needs.needs.updateOne({ _id: needId }, { $set: { category: 'bedding' } });
    const approve = (body: object) =>
      api.call('POST', `/v1/needs/${quilts}/approve`, { as: village.villageCadre, body });
    const told = await approve({});
    expect(codeOf(told), told.text).to.deep.equal([409, 'DUPLICATE_SUSPECTED']);
    const { needIds } = bodyOf<{ needIds: string[] }>(told);
    expect(needIds).to.deep.equal([needId]);
    const decision = { decision: 'approve', needId: quilts };
    const bulk = await api.call('POST', '/v1/need-decisions', {
      as: village.villageCadre,
      body: { items: [decision] },
    });
    expect(bodyOf<{ items: { problem: { code: string } }[] }>(bulk).items[0]?.problem.code).to.equal(
      'DUPLICATE_SUSPECTED',
    );
    expect((await approve({ acknowledged: needIds })).status).to.equal(200);
    await until(api, 'need', quilts, 'published');
    const events = await api.deps.models.events.events.find({ caseId: quilts, type: 'reviewApproved' }).toArray();
    expect(events.map(({ data }) => data['duplicates'])).to.deep.equal([needIds]);
  });

  it('what all needs of a household ask for together stays within its limit: at a change, and at an approval', async () => {
    const quilts = await submit(api, village);
    const needId = await submit(api, village, desk);
    await Promise.all([until(api, 'need', quilts, 'underReview'), until(api, 'need', needId, 'underReview')]);
    const reason = { reasonCode: 'unclear', reason: '请写清楚尺寸' };
    await ok(api, village.villageCadre, `/v1/needs/${needId}/return`, reason);
    await until(api, 'need', needId, 'returned');
    const worth = (fen: number) =>
      api.deps.models.needs.needs.updateOne({ _id: quilts }, { $set: { 'lines.0.unitPriceFen': fen } });
    await worth(240_500);
    const { photos } = (await api.deps.models.needs.find(needId)) ?? { photos: [] };
    const {
      householdId: _h,
      relation: _r,
      consent: _c,
      ...content
    } = { ...draftFor(village.household.id, photos), ...desk };
    const resubmit = (unitPriceFen: number) => {
      const body = { ...content, lines: [{ ...desk.lines[0], unitPriceFen }] };
      return api.call('POST', `/v1/needs/${needId}/resubmit`, { as: village.publisher, body });
    };
    const over = await resubmit(20_000);
    expect(codeOf(over), over.text).to.deep.equal([422, 'RECEIVED_LIMIT']);
    expect(bodyOf<object>(over)).to.include({ receivedFen: 481_000, limitFen: 500_000 });
    const within = await resubmit(19_000);
    expect(within.status, within.text).to.equal(200);
    await until(api, 'need', needId, 'underReview');

    // As two changes in the same moment would have left it.
    await worth(240_501);
    const { as, path } = { as: village.villageCadre, path: `/v1/needs/${needId}/approve` };
    const approved = await api.call('POST', path, { as, body: {} });
    expect(codeOf(approved), approved.text).to.deep.equal([422, 'RECEIVED_LIMIT']);
    expect(bodyOf<object>(approved)).to.include({ receivedFen: 481_002, limitFen: 500_000 });
    const items = [{ decision: 'approve', needId }];
    const bulk = bodyOf<{ items: { problem: { code: string } }[] }>(
      await api.call('POST', '/v1/need-decisions', { as, body: { items } }),
    );
    expect(bulk.items[0]?.problem.code).to.equal('RECEIVED_LIMIT');
    await worth(6_000);
    expect((await api.call('POST', path, { as, body: {} })).status).to.equal(200);
  });

  it('two changes in the same moment do not pass its limit together', async () => {
    const lamp = {
      ...desk,
      title: '冬天没有取暖的东西',
      category: 'heating',
      lines: [{ ...desk.lines[0], name: '取暖器' }],
    };
    const quilted = await submit(api, village);
    const wanted = await submit(api, village, desk);
    const heated = await submit(api, village, { ...lamp, details: '屋里很冷，老人晚上睡不好，想要一台取暖器过冬。' });
    for (const id of [quilted, wanted, heated]) await until(api, 'need', id, 'underReview');
    const reason = { reasonCode: 'unclear', reason: '请写清楚尺寸' };
    for (const id of [quilted, wanted]) {
      await ok(api, village.villageCadre, `/v1/needs/${id}/return`, reason);
      await until(api, 'need', id, 'returned');
    }
    // 12,000 and 20,000 besides: either change is within 500,000, both are beyond it.
    await api.deps.models.needs.needs.updateOne({ _id: heated }, { $set: { 'lines.0.unitPriceFen': 440_000 } });
    const resubmit = async (needId: string, change: object, quantity: number) => {
      const { photos, lines } = (await api.deps.models.needs.find(needId)) ?? { photos: [], lines: [] };
      const {
        householdId: _h,
        relation: _r,
        consent: _c,
        ...content
      } = {
        ...draftFor(village.household.id, photos),
        consent: null,
        ...change,
      };
      const { name = '', unit = '', unitPriceFen = 0 } = lines[0] ?? {};
      const body = { ...content, lines: [{ name, unit, quantity, unitPriceFen, condition: 'any' }] };
      return api.call('POST', `/v1/needs/${needId}/resubmit`, { as: village.publisher, body });
    };
    const answers = await Promise.all([resubmit(quilted, {}, 4), resubmit(wanted, desk, 2)]);
    expect(answers.map(({ status }) => status).sort(), answers.map(({ text }) => text).join()).to.deep.equal([
      200, 422,
    ]);
    expect(answers.map(codeOf)).to.deep.include([422, 'RECEIVED_LIMIT']);
  });

  it('what the rules of today forbid or bound is not approved, though it was submitted under those of before', async () => {
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const path = `/v1/needs/${needId}/approve`;
    const as = village.villageCadre;
    const set = (change: object) => api.deps.models.needs.needs.updateOne({ _id: needId }, { $set: change });
    await set({ 'lines.0.name': '白酒', 'lines.0.unitPriceFen': 9_999_900 });
    const refused = await api.call('POST', path, { as, body: {} });
    expect(codeOf(refused), refused.text).to.deep.equal([422, 'POSTING_RULES_BROKEN']);
    const { faults } = bodyOf<{ faults: { pointer: string; code: string }[] }>(refused);
    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).to.include.members([
      '/lines/0/name FORBIDDEN_ITEM',
      '/lines AMOUNT_OVER_CAP',
      '/lines/0/unitPriceFen PRICE_OUT_OF_BAND',
    ]);
    expect(refused.text, 'no words travel').to.not.include('白酒');
    const items = [{ decision: 'approve', needId }];
    const bulk = bodyOf<{ items: { problem: { code: string } }[] }>(
      await api.call('POST', '/v1/need-decisions', { as, body: { items } }),
    );
    expect(bulk.items[0]?.problem.code).to.equal('POSTING_RULES_BROKEN');
    await set({ 'lines.0.name': '棉被', 'lines.0.unitPriceFen': 6_000 });
    expect((await api.call('POST', path, { as, body: {} })).status).to.equal(200);
  });

  it('a reviewer is told of a need anywhere that shows the same photo, before he approves', async () => {
    const label = Math.random();
    const other = await settle(api);
    const elsewhere = await submit(api, other, { photos: [await upload(api, other.publisher, label)] });
    await until(api, 'need', elsewhere, 'underReview');
    await api.deps.models.needs.needs.updateOne(
      { _id: elsewhere },
      { $set: { regionPath: ['42', '4228', '422801'], householdId: 'of another place' } },
    );
    const needId = await submit(api, village, { ...desk, photos: [await upload(api, village.publisher, label)] });
    await until(api, 'need', needId, 'underReview');
    const { as, path } = { as: village.villageCadre, path: `/v1/needs/${needId}` };
    const told = await api.call('POST', `${path}/approve`, { as, body: {} });
    expect(codeOf(told), told.text).to.deep.equal([409, 'DUPLICATE_SUSPECTED']);
    expect(bodyOf<{ needIds: string[] }>(told).needIds).to.deep.equal([elsewhere]);
    const { items } = bodyOf<{ items: object[] }>(await api.call('GET', `${path}/duplicates`, { as }));
    expect(items).to.have.length(1);
    expect(items[0]).to.deep.include({ needId: elsewhere, reasons: ['samePhoto'], title: null, stage: 'underReview' });
    const approved = await api.call('POST', `${path}/approve`, { as, body: { acknowledged: [elsewhere] } });
    expect(approved.status, approved.text).to.equal(200);
  });

  it('people with a real name vouch for it: once, not for themselves, masked, counted, photos for reviewers', async () => {
    const needId = await submit(api, village, desk);
    await until(api, 'need', needId, 'underReview');
    const path = `/v1/needs/${needId}/endorsements`;
    const body = { relation: 'neighbour', text: '我住在隔壁，孩子确实没有书桌写作业。' };
    const endorse = (as: TestPerson, change: object = {}) =>
      api.call('POST', path, { as, body: { ...body, ...change } });
    const neighbour = await realName();
    const photo = await upload(api, neighbour);
    const made = await endorse(neighbour, { photos: [photo] });
    expect(made.status, made.text).to.equal(201);
    expect(bodyOf<object>(made)).to.deep.include({ name: '张**', relation: 'neighbour', count: 1 });
    expect(codeOf(await endorse(neighbour))).to.deep.equal([409, 'ALREADY_DONE']);
    expect(codeOf(await endorse(await realName({ homeRegion: '420921' })))).to.deep.equal([404, 'NOT_FOUND']);
    expect(codeOf(await endorse(await api.donor()))[1]).to.equal('REAL_NAME_REQUIRED');
    expect(codeOf(await endorse(await realName({ realNamed: false })))[1]).to.equal('REAL_NAME_UNCONFIRMED');
    expect(codeOf(await endorse(village.publisher))).to.deep.equal([403, 'OWN_POSTING']);
    expect(codeOf(await endorse(await realName({ householdId: village.household.id })))[1]).to.equal('OWN_POSTING');
    const head = await api.person({ homeRegion: VILLAGE, idNumber: village.household.headIdNumber });
    expect(codeOf(await endorse(head))[1], 'of the household by the register').to.equal('OWN_POSTING');
    const [short, phone] = [{ text: '情况属实' }, { text: '情况属实，有事请打13812345678找我' }];
    const school = { text: '孩子在石城县第二小学读书，确实没有书桌。' };
    const called = { text: '小明每天趴在凳子上写作业，我看得到。' };
    for (const bad of [short, phone, school, called]) {
      expect(codeOf(await endorse(await realName(), bad))).to.deep.equal([422, 'POSTING_RULES_BROKEN']);
    }
    const staff = await api.call('GET', `${path}/full`, { as: village.villageCadre });
    expect(bodyOf<{ items: object[] }>(staff).items[0]).to.deep.include({
      text: body.text,
      photos: [photo],
      name: '张**',
    });
    expect((await api.call('GET', `/v1/photos/${photo}`, { as: village.villageCadre })).status).to.equal(200);
    expect((await api.call('GET', `/v1/photos/${photo}`, { as: await api.donor() })).status).to.equal(404);

    await ok(api, village.villageCadre, `/v1/needs/${needId}/approve`, {});
    await until(api, 'need', needId, 'published');
    const donor = await api.donor();
    const shown = bodyOf<{ endorsements: number }>(await api.call('GET', `/v1/needs/${needId}`, { as: donor }));
    expect(shown.endorsements).to.equal(1);
    const listed = bodyOf<{ items: object[] }>(await api.call('GET', path, { as: donor }));
    expect(listed.items).to.have.length(1);
    expect(listed.items[0]).to.not.have.any.keys('photos', 'accountId');
    expect((await api.call('GET', path)).status, 'outside of its audience').to.equal(404);
  });

  it('one account or one address behind several households is a reason for the reviewer, with nothing in clear', async () => {
    const payee = { kind: 'recipient', name: '李有财', bank: '石城农商银行', account: '6222 0000 1111 2222' };
    const money = {
      ...desk,
      kind: 'money',
      category: 'schooling-costs',
      title: '上学费用有困难',
      lines: [{ name: '住宿费', unit: '笔', quantity: 1, unitPriceFen: 30_000 }],
    };
    const other = await settle(api);
    for (const { household, townCadre } of [village, other]) {
      const answer = await api.call('PUT', `/v1/households/${household.id}/address`, {
        as: townCadre,
        body: { address: household === other.household ? '三组 12 号' : '三组12号' },
      });
      expect(answer.status, answer.text).to.equal(200);
    }
    const first = await submit(api, village, { ...money, payee });
    await until(api, 'need', first, 'underReview');
    const second = await submit(api, other, { ...money, payee: { ...payee, account: '6222000011112222' } });
    await until(api, 'need', second, 'underReview');
    const full = await api.call('GET', `/v1/needs/${second}/full`, { as: village.countyCadre });
    const reasons = bodyOf<{ risk: { reasons: { code: string; value: number }[] } }>(full).risk.reasons;
    const told = reasons.map(({ code, value }) => [code, value]);
    expect(told).to.deep.include.members([
      ['samePayee', 1],
      ['sameAddress', 1],
    ]);
    const stored = JSON.stringify([
      await api.deps.models.needs.find(second),
      await api.deps.models.households.find(other.household.id),
      await api.deps.models.cases.find('need', second),
    ]);
    for (const clear of ['6222000011112222', '李有财', '三组']) expect(stored).to.not.include(clear);
    const personal = `/v1/households/${other.household.id}/personal?purpose=visit`;
    expect(bodyOf<{ address: string }>(await api.call('GET', personal, { as: other.townCadre })).address).to.equal(
      '三组 12 号',
    );
    const elsewhere = await addHousehold(api, { villageCode: '420921100201' });
    const far = { as: village.townCadre, body: { address: '三组12号' } };
    expect((await api.call('PUT', `/v1/households/${elsewhere.id}/address`, far)).status).to.equal(404);
  });
});
