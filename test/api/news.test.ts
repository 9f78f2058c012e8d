import { expect } from 'chai';
import { createNotifier } from '../../activities/notify.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, settle, upload, VILLAGE } from '../support/needs.ts';

const TEXT = '前两床棉被已经送到，老人很高兴。';

describe('news of a need', function () {
  this.timeout(60_000);
  const api = useLiveApi();

  it('reaches each follower once; its photos are public only after a cadre has looked, and a county takes it down', async () => {
    const village = await settle(api);
    const needId = await publish(api, village);
    const [follower, former] = [await api.person({ homeRegion: VILLAGE }), await api.person({ homeRegion: VILLAGE })];
    const follow = (as: typeof follower, method = 'PUT') => api.call(method, `/v1/needs/${needId}/follow`, { as });
    for (const as of [follower, follower, former]) expect((await follow(as)).status).to.equal(200);
    expect((await follow(former, 'DELETE')).status).to.equal(200);
    const mine = await api.call('GET', '/v1/my/followed-needs', { as: follower });
    expect(bodyOf<{ items: { id: string }[] }>(mine).items.map(({ id }) => id)).to.deep.equal([needId]);

    const path = `/v1/needs/${needId}/news`;
    const photo = await upload(api, village.publisher);
    const named = await api.call('POST', path, { as: village.publisher, body: { text: '请打我电话13912345678联系' } });
    expect(named.text).to.include('PERSONAL_DATA');
    for (const [text, code] of [
      ['棉被收到了，还想要两箱白酒过年。', 'FORBIDDEN_ITEM'],
      ['赖秀英老人收到了棉被，很高兴。', 'PERSONAL_DATA'],
      ['小明盖着新棉被，睡得很香。', 'PERSONAL_DATA'],
      ['孙子在石城县第二小学得了奖状，老人很高兴。', 'SCHOOL_NAMED'],
    ] as const) {
      const refused = await api.call('POST', path, { as: village.publisher, body: { text } });
      expect(refused.status, refused.text).to.equal(422);
      expect(refused.text).to.include(code);
    }
    expect((await api.call('POST', path, { as: follower, body: { text: TEXT } })).status).to.equal(404);
    await ok(api, village.publisher, path, { text: TEXT, photos: [photo] });

    const notify = createNotifier({
      db: api.deps.models.db,
      deciders: CASE_DECIDERS,
      words: {},
      categories: api.deps.reference.categories,
    });
    const [event] = (await api.deps.models.events.of('need', needId)).filter(({ type }) => type === 'newsPosted');
    expect(JSON.stringify(event)).not.to.include(TEXT);
    for (let i = 0; i < 2; i += 1) await notify(event?._id ?? '');
    const inbox = await api.deps.models.inbox.inbox.find({ template: 'need.news', caseId: needId }).toArray();
    expect(inbox.map(({ accountId }) => accountId)).to.deep.equal([follower.id]);

    interface News {
      items: { id: string; text: string; photos: string[]; photosWait: boolean }[];
    }
    const read = async () => bodyOf<News>(await api.call('GET', path, { as: follower })).items;
    const [first] = await read();
    expect(first).to.include({ text: TEXT, photosWait: true });
    expect(first?.photos).to.deep.equal([]);
    const look = () => api.call('GET', `/v1/photos/${photo}`, { as: follower });
    expect((await look()).status).to.equal(404);
    const waiting = async (as = village.countyCadre) =>
      bodyOf<{ items: { newsId: string; photos: string[] }[] }>(
        await api.call('GET', '/v1/work-list/news-photos', { as }),
      ).items.filter(({ newsId }) => newsId === first?.id);
    expect((await waiting())[0]?.photos).to.deep.equal([photo]);
    const { headIdNumber } = village.household;
    const office = { role: 'cadre', level: 'village', regionCode: VILLAGE } as const;
    const ofTheHouse = await api.person({ idNumber: headIdNumber, grants: [office] });
    expect(await waiting(ofTheHouse), 'of the household by the register').to.deep.equal([]);
    const shown = await api.call('POST', `/v1/news/${first?.id ?? ''}/show-photos`, { as: ofTheHouse });
    expect(shown.status).to.equal(404);
    const counts = await api.call('GET', '/v1/work-list', { as: village.countyCadre });
    expect(bodyOf<{ newsPhotos: number }>(counts).newsPhotos).to.be.greaterThan(0);
    const held = { reasonCode: 'childSeen', reason: '照片里看得到孩子的脸' };
    await ok(api, village.villageCadre, `/v1/news/${first?.id ?? ''}/hold-photos`, held);
    expect(await waiting()).to.deep.equal([]);
    expect((await look()).status).to.equal(404);
    await ok(api, village.villageCadre, `/v1/news/${first?.id ?? ''}/show-photos`);
    expect((await read())[0]?.photos).to.deep.equal([photo]);
    expect((await look()).status).to.equal(200);
    const reason = { reasonCode: 'untrue', reason: '内容与实际情况不符' };
    await ok(api, village.countyCadre, `/v1/news/${first?.id ?? ''}/take-down`, reason);
    expect(await read()).to.deep.equal([]);
    expect((await look()).status).to.equal(404);
  });

  it('is for whoever begins to follow when help has come, and of health for nobody who only follows', async () => {
    const village = await settle(api);
    const needId = await publish(api, village);
    const { needs } = api.deps.models.needs;
    const giver = await api.person({ homeRegion: VILLAGE });
    const follow = async () => (await api.call('PUT', `/v1/needs/${needId}/follow`, { as: giver })).status;
    const set = (change: object) => needs.updateOne({ _id: needId }, { $set: change });
    await set({ stage: 'following', category: 'care-supplies' });
    expect(await follow()).to.equal(404);
    await set({ category: 'bedding' });
    expect(await follow()).to.equal(200);
    await set({ stage: 'published' });
    await ok(api, village.publisher, `/v1/needs/${needId}/news`, { text: TEXT });
    const [event] = (await api.deps.models.events.of('need', needId)).filter(({ type }) => type === 'newsPosted');
    const told = async (categories: Parameters<typeof createNotifier>[0]['categories']) => {
      const { models } = api.deps;
      await models.inbox.inbox.deleteMany({ caseId: needId, template: 'need.news' });
      await createNotifier({ db: models.db, deciders: CASE_DECIDERS, words: {}, categories })(event?._id ?? '');
      return models.inbox.inbox.countDocuments({ caseId: needId, template: 'need.news' });
    };
    const { categories } = api.deps.reference;
    expect(await told(categories)).to.equal(1);
    expect(await told({ find: () => categories.find('care-supplies') })).to.equal(0);
  });
});
