import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createDataRequestSweep } from '../../activities/data-requests.ts';
import { createRetentionSweep } from '../../activities/retention.ts';
import type { Sealed } from '../../infra/crypto/index.ts';
import type { NeedRecord } from '../../models/need.ts';
import { loadRetention } from '../../infra/retention.ts';
import { PASSWORD, useApi, type Answer, type TestPerson } from '../support/api.ts';
import { addCertification } from '../support/certifications.ts';
import { addRecording } from '../support/world-others.ts';
import { byNumber } from '../support/by-number.ts';
import { textsOf } from '../support/sms.ts';
import { addHousehold, bodyOf, draft, settle, TOWNSHIP, type Village } from '../support/needs.ts';

const DAY = 86_400_000;
const code = (answer: Answer): string => `${answer.status} ${bodyOf<{ code?: string }>(answer)?.code ?? ''}`.trim();

describe('a person’s own data', function () {
  this.timeout(60_000);
  const api = useApi();
  let village: Village;
  beforeEach(async () => {
    village = await settle(api);
  });
  const post = (path: string, as: TestPerson, body: object) => api.call('POST', path, { as, body });
  const get = (path: string, as: TestPerson) => api.call('GET', path, { as });
  const sweep = (now?: Date) => {
    const { models, crypto } = api.deps;
    return createDataRequestSweep({ models, crypto, log: { warn: () => undefined } })(now);
  };
  /** Every process believes a session for a second at most. */
  const ended = async (person: TestPerson) => {
    for (let i = 0; i < 40 && (await get('/v1/my/needs', person)).status === 200; i += 1) await sleep(50);
    expect((await get('/v1/my/needs', person)).status).to.equal(401);
  };
  const retention = (inDays: number) =>
    createRetentionSweep(api.deps.models.db, loadRetention())(new Date(Date.now() + inDays * DAY));

  describe('as a copy', () => {
    it('is made for whoever shows his password once more, is his alone, and is gone after a week', async () => {
      const { publisher, household, villageCadre } = village;
      await get(`/v1/households/${household.id}/personal?purpose=visit`, villageCadre);
      expect(code(await post('/v1/my/data-exports', publisher, { password: 'wrong-Password-1' }))).to.equal(
        '401 WRONG_CREDENTIALS',
      );
      await addCertification(api, publisher.id, TOWNSHIP);
      const need = { _id: 'a need', householdId: household.id } as NeedRecord;
      const recordingId = await addRecording(api, need, villageCadre.id);
      const asked = await post('/v1/my/data-exports', publisher, { password: PASSWORD });
      expect(asked.status, asked.text).to.equal(202);
      const path = `/v1/my/data-exports/${bodyOf<{ id: string }>(asked).id}`;
      expect(code(await get(`${path}/archive`, publisher))).to.equal('404 NOT_FOUND');
      expect(code(await post('/v1/my/data-exports', publisher, { password: PASSWORD }))).to.equal('409 ALREADY_DONE');
      await sweep();
      expect(bodyOf<{ stage: string }>(await get(path, publisher)).stage).to.equal('ready');
      const copy = await get(`${path}/archive`, publisher);
      expect(copy.text).to.include(publisher.phone).and.include(household.headName).and.include(household.headIdNumber);
      expect(copy.text, 'of a certification').to.include('改名后身份信息尚未更新');
      const { recordings } = bodyOf<{ recordings: { _id: string }[] }>(copy);
      expect(recordings.map(({ _id }) => _id)).to.include(recordingId);
      expect(Object.keys(recordings[0] ?? {}))
        .to.not.include.members(['key'])
        .and.not.include.members(['uploadedBy']);
      expect(copy.text).to.include('household.personal.read').and.not.include(villageCadre.id);
      expect(code(await get(`${path}/archive`, village.operator))).to.equal('404 NOT_FOUND');
      const trace = await api.deps.models.audit.of(publisher.id, 1);
      expect(trace[0]?.action).to.equal('data.export.download');
      await retention(8);
      expect(code(await get(`${path}/archive`, publisher))).to.equal('410 GONE');
      const stored = await api.deps.models.dataRequests.find(bodyOf<{ id: string }>(asked).id);
      expect(stored?.archive).to.equal(null);
    });
  });

  describe('is erased', () => {
    const ask = (as: TestPerson, household = true) => post('/v1/my/erasure', as, { password: PASSWORD, household });

    it('only when nothing is open, which the answer counts', async () => {
      const needId = await draft(api, village);
      await api.call('POST', `/v1/needs/${needId}/submit`, { as: village.publisher });
      const blocked = await ask(village.publisher);
      expect(code(blocked)).to.equal('409 ERASURE_BLOCKED');
      const { blockedBy } = bodyOf<{ blockedBy: object }>(blocked);
      expect(blockedBy).to.deep.equal({
        openNeeds: 1,
        openPledges: 0,
        openApplications: 0,
        openComplaints: 0,
        offices: 0,
      });
      expect(code(await ask(village.villageCadre)), 'an office').to.equal('409 ERASURE_BLOCKED');
    });

    it('on the day named, unless he changes his mind or something has begun; then only placeholders are left', async () => {
      const { publisher, household, operator, villageCadre } = village;
      const { models } = api.deps;
      const { accounts, households, needs, dataRequests } = models;
      const needId = await draft(api, village, { details: '家里只有我一人，冬天需要厚棉被御寒，谢谢大家。' });
      const { certifications } = models.certifications;
      const { certificationId } = await addCertification(api, publisher.id, TOWNSHIP);
      expect(code(await ask(publisher)), 'an open certification').to.equal('409 ERASURE_BLOCKED');
      const over = { $set: { stage: 'refused' as const }, $unset: { open: '' as const } };
      await certifications.updateOne({ _id: certificationId }, over);
      const set = (change: object) => needs.needs.updateOne({ _id: needId }, { $set: change });
      await set({ stage: 'closed', submittedAt: new Date() });
      const { id } = villageCadre;
      const said = { name: 'return', actor: { id, role: 'cadre' as const }, data: {}, bodyHash: 'x' };
      const note = '走访得知老人独居多年';
      await models.commands.accept({ _id: `said-${needId}`, caseType: 'need', caseId: needId, ...said, note });
      const hinted = '证件照片与本人不符';
      const about = { caseType: 'certification', caseId: certificationId };
      await models.commands.accept({ _id: `said-${certificationId}`, ...about, ...said, note: hinted });
      const title = '老人冬天需要的被子';
      const told = { template: 't', caseType: 'need', caseId: needId, text: `需求《${title}》`, readAt: null };
      const eventId = `need:${needId}:1`;
      await models.inbox.deliver([
        { _id: `${eventId}:${villageCadre.id}`, ...told, eventId, accountId: villageCadre.id, at: new Date() },
      ]);
      const first = await ask(publisher);
      expect(first.status, first.text).to.equal(202);
      expect(bodyOf<{ kept: string[] }>(first).kept.join()).to.include('至少保存三年').and.include('求助的类别');
      expect((await api.call('DELETE', '/v1/my/erasure', { as: publisher })).status).to.equal(200);
      await ask(publisher);
      await sweep();
      expect((await get('/v1/me', publisher)).status, 'not yet').to.equal(200);
      const later = new Date(Date.now() + 16 * DAY);
      await set({ stage: 'published' });
      await sweep(later);
      const waiting = bodyOf<{ stage: string; blockedBy: { openNeeds: number } }>(
        await get('/v1/my/erasure', publisher),
      );
      expect([waiting.stage, waiting.blockedBy.openNeeds]).to.deep.equal(['waiting', 1]);
      await set({ stage: 'closed' });
      const request = await dataRequests.newestErasure(publisher.id, null);
      if (request === null) throw new Error('no request');
      const late = { ...request, _id: 'changed his mind meanwhile' };
      expect(await models.erasures.carryOut(late, { doneBy: 'sweeper' }, later)).to.equal(false);
      expect((await accounts.find(publisher.id))?.phoneIndex).to.not.include('erased');
      const vouched = { accountId: publisher.id, needId: 'vouched', relation: 'friend', text: '情况属实', photos: [] };
      await models.endorsements.endorsements.insertOne({ _id: 'v', ...vouched, createdAt: new Date() } as never);
      await needs.needs.insertOne({ _id: 'vouched', endorsements: 2, stage: 'closed' } as never);
      expect(await sweep(later)).to.equal(1);
      expect(await sweep(later), 'a second time').to.equal(0);
      expect((await needs.find('vouched'))?.endorsements, 'of two who vouched one is left').to.equal(1);
      await needs.needs.deleteOne({ _id: 'vouched' });

      await ended(publisher);
      const account = await accounts.find(publisher.id);
      expect((account?.sealed as Sealed).key).to.equal(null);
      const papers = await certifications.findOne({ _id: certificationId });
      expect([papers?.sealed, papers?.photos]).to.deep.equal([null, []]);
      expect((await households.find(household.id))?.sealed.key).to.equal(null);
      expect((await dataRequests.newestErasure(publisher.id, null))?.stage).to.equal('done');
      const everything = await Promise.all(
        Object.values(models.db.models).map(({ collection }) => collection.find({}).toArray()),
      );
      const text = JSON.stringify(everything);
      for (const mark of [household.headIdNumber, publisher.phone, '冬天需要厚棉被御寒', note, hinted, title])
        expect(text).to.not.include(mark);
      expect(text).to.include(publisher.id);

      const need = await get(`/v1/needs/${needId}/full`, operator);
      expect(bodyOf<{ recipient: string; title: string }>(need)).to.include({
        recipient: '已注销',
        title: '（内容已删除）',
      });
      const listed = bodyOf<{ items: { id: string; publicName: string }[] }>(
        await get(`/v1/households?number=${household.number}`, operator),
      );
      expect(listed.items[0]?.publicName).to.equal('已注销');
      const personal = await get(`/v1/households/${household.id}/personal?purpose=visit`, villageCadre);
      expect(code(personal)).to.equal('410 GONE');
      expect(bodyOf<{ publicName: string }>(await get(`/v1/accounts/${publisher.id}`, operator)).publicName).to.equal(
        '已注销',
      );
      const again = { kind: 'person', name: '李新人', phone: publisher.phone, password: PASSWORD };
      const anew = await api.call('POST', '/v1/accounts', { body: again });
      expect(anew.status, 'the number is free').to.equal(201);
    });

    it('with the wishes and texts of a number that nobody else here has; a household’s own number keeps its wish', async () => {
      const { crypto, models } = api.deps;
      const single = await api.person();
      const index = crypto.index.of('phone', single.phone);
      await api.call('PUT', '/v1/my/sms-preference', { as: single, body: { wanted: 'none' } });
      await api.call('POST', '/v1/sessions/codes', { body: { phone: single.phone } });
      const shared = crypto.index.of('phone', village.publisher.phone);
      await models.households.households.updateOne({ _id: village.household.id }, { $set: { phoneIndex: shared } });
      await models.sms.want(shared, 'urgent', new Date());
      const left = async (phoneIndex: string): Promise<number> => {
        const kept = [models.sms.messages, models.sms.inbound, models.sms.sandbox].map((collection) =>
          collection.countDocuments({ phoneIndex } as object),
        );
        const wish = await models.db.collection<{ _id: string }>('smsPreferences').countDocuments({ _id: phoneIndex });
        return (await Promise.all(kept)).reduce((sum, n) => sum + n, wish);
      };
      expect(await left(index)).to.be.above(1);
      for (const person of [single, village.publisher]) {
        const erasureId = bodyOf<{ id: string }>(await ask(person, false)).id;
        const path = `/v1/operator/erasures/${erasureId}/execute`;
        const done = await post(path, village.operator, { reason: '本人到场要求' });
        expect(done.status, done.text).to.equal(200);
      }
      expect(await left(index)).to.equal(0);
      expect(await models.sms.wanted([shared])).to.equal('urgent');
    });

    it('at once by an operator with a reason, never by himself, and without his household when he asks so', async () => {
      const { publisher, household, operator } = village;
      const asked = await ask(publisher, false);
      const erasureId = bodyOf<{ id: string }>(asked).id;
      const listed = bodyOf<{ items: { id: string }[] }>(await get('/v1/operator/erasures', operator));
      expect(listed.items.map(({ id }) => id)).to.include(erasureId);
      const path = `/v1/operator/erasures/${erasureId}/execute`;
      expect((await post(path, village.countyCadre, { reason: '本人到场要求' })).status).to.equal(403);
      expect((await post(path, operator, { reason: '本人到场要求' })).status).to.equal(200);
      expect(code(await post(path, operator, { reason: '本人到场要求' }))).to.equal('409 ALREADY_DONE');
      expect((await api.deps.models.households.find(household.id))?.sealed.key).to.not.equal(null);
      expect((await get('/v1/me', publisher)).status).to.equal(401);
    });
  });

  it('holds whatever somebody did here, and what was done for his household', async () => {
    const { publisher, household } = village;
    const { models } = api.deps;
    const needId = await draft(api, village);
    const by = { accountId: publisher.id, householdId: household.id };
    const at = new Date();
    const words = { needId, regionPath: [], takenDown: null, photos: [], at };
    await models.follows.follow('a followed need', publisher.id, at);
    await models.news.news.insertOne({
      ...{ _id: `news-${needId}`, ...words, photosShown: false },
      ...{ authorId: publisher.id, householdId: household.id, text: '被子已经用上' },
    });
    await models.endorsements.endorsements.insertMany([
      {
        _id: `own-${needId}`,
        ...by,
        needId: 'another need',
        relation: 'neighbour',
        text: '情况属实，我家住隔壁',
        photos: [],
        createdAt: at,
      },
      {
        _id: `of-${needId}`,
        accountId: 'a neighbour',
        needId,
        relation: 'neighbour',
        text: '我也愿意作证',
        photos: [],
        createdAt: at,
      },
    ] as never);
    await models.pledges.pledges.insertOne({
      _id: `pledge-${needId}`,
      needId,
      donorId: 'a donor',
      stage: 'received',
    } as never);
    const asked = await post('/v1/my/data-exports', publisher, { password: PASSWORD });
    await sweep();
    const copy = await get(`/v1/my/data-exports/${bodyOf<{ id: string }>(asked).id}/archive`, publisher);
    const mine = bodyOf<Record<string, object[]>>(copy);
    for (const part of ['follows', 'news', 'endorsements', 'vouchedFor', 'givenToHousehold', 'requests'])
      expect(mine[part], part).to.have.length(1);
    expect(copy.text).to.include('被子已经用上').and.include('我也愿意作证');
    expect(copy.text, 'who else it was').to.not.include('a neighbour').and.not.include('a donor');
  });

  describe('of a household without an account', () => {
    const { visit, newPhone } = byNumber(api);
    it('is copied and erased for who shows its phone; the others of it hear of that, and can stop it', async () => {
      const phone = newPhone();
      const home = await addHousehold(api, { phone });
      const cousin = await api.person({ householdId: home.id });
      const household = await visit(home.number, phone);
      const asked = await post('/v1/my/data-exports', household, {});
      expect(asked.status, asked.text).to.equal(202);
      await sweep();
      const copy = await get(`/v1/my/data-exports/${bodyOf<{ id: string }>(asked).id}/archive`, household);
      expect(copy.text).to.include(home.headIdNumber).and.include(phone);
      expect((await post('/v1/my/data-exports', cousin, {})).status, 'an account has a password').to.equal(400);
      expect((await post('/v1/my/erasure', household, {})).status).to.equal(202);
      expect((await textsOf(api, phone))[0]).to.include('有人申请注销您家');
      expect((await get('/v1/inbox', cousin)).text).to.include('有人申请注销您家');
      expect((await api.call('DELETE', '/v1/my/erasure', { as: cousin })).status).to.equal(200);
      expect(code(await post('/v1/my/erasure', household, {}))).to.equal('202');
      await sweep(new Date(Date.now() + 16 * DAY));
      expect((await api.deps.models.households.find(home.id))?.erasedAt).to.not.equal(null);
      expect((await api.deps.models.accounts.find(cousin.id))?.householdId).to.equal(null);
      await ended(household);
    });

    it('is neither for a cadre whose phone the register has; an operator enters what was asked on paper', async () => {
      const { models } = api.deps;
      const home = await addHousehold(api, { phone: village.villageCadre.phone });
      const cadre = await visit(home.number, village.villageCadre.phone);
      expect(code(await post('/v1/my/data-exports', cadre, {}))).to.equal('403 DATA_BY_ANOTHERS_PHONE');
      expect(code(await post('/v1/my/erasure', cadre, {}))).to.equal('403 DATA_BY_ANOTHERS_PHONE');
      const paper = { householdId: home.id, reason: '户主到场签字，原件存县扶贫办' };
      expect((await post('/v1/operator/erasures', village.countyCadre, paper)).status).to.equal(403);
      const unknown = { ...paper, householdId: '01936f5e-7c1a-7cc3-8000-3b0f2a9d4c11' };
      expect((await post('/v1/operator/erasures', village.operator, unknown)).status).to.equal(404);
      const asked = await post('/v1/operator/erasures', village.operator, paper);
      expect(asked.status, asked.text).to.equal(202);
      expect(code(await post('/v1/operator/erasures', village.operator, paper))).to.equal('409 ALREADY_DONE');
      const { id } = bodyOf<{ id: string }>(asked);
      const listed = await get('/v1/operator/erasures?limit=100', await api.operator());
      expect(listed.text, 'another operator sees who asked').to.include(paper.reason);
      const done = await post(`/v1/operator/erasures/${id}/execute`, village.operator, { reason: '户主要求当天办理' });
      expect(done.status, done.text).to.equal(200);
      const kept = await models.dataRequests.find(id);
      expect([kept?.paper, kept?.reason]).to.deep.equal([paper.reason, '户主要求当天办理']);
      expect((await models.households.find(home.id))?.sealed.key).to.equal(null);
    });
  });

  it('is kept no longer than its class says', async () => {
    const { publisher } = village;
    const { models } = api.deps;
    const message = {
      accountId: publisher.id,
      template: 't',
      caseType: 'need',
      caseId: 'c',
      eventId: 'e',
      text: '您好',
    };
    await models.inbox.deliver([{ _id: `kept:${publisher.id}`, ...message, at: new Date(), readAt: null }]);
    const needId = await draft(api, village);
    const ended = { stage: 'closed' as const, updatedAt: new Date() };
    await models.needs.needs.updateOne({ _id: needId }, { $set: ended });
    const photo = (await models.needs.find(needId))?.photos[0] ?? '';
    await models.photos.use([photo], publisher.id, { kind: 'need', id: needId });
    const receipt = `receipt-${needId}`;
    const received = { needId, stage: 'received', receiptPhotoId: photo, updatedAt: new Date() };
    await models.pledges.pledges.insertOne({ _id: receipt, ...received } as never);
    await models.photos.use([photo], publisher.id, { kind: 'pledge', id: receipt });
    const there = async () => [
      await models.inbox.inbox.countDocuments({ accountId: publisher.id }),
      (await models.needs.find(needId))?.details !== '',
      (await models.photos.find(photo))?.usedBy.length,
    ];
    await retention(700);
    expect(await there()).to.deep.equal([1, true, 2]);
    await retention(731);
    expect(await there()).to.deep.equal([0, true, 2]);
    await retention(1096);
    expect(await there()).to.deep.equal([0, false, 0]);
    expect((await models.pledges.find(receipt))?.receiptPhotoId).to.equal(null);
    expect((await models.needs.find(needId))?.title, 'the record stays').to.be.a('string').that.is.not.empty;
    expect((await models.audit.of(publisher.id, 1)).length, 'three years of the trail are over').to.equal(0);
  });
});
