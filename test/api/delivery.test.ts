import { expect } from 'chai';
import type { Answer, TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, COUNTY, ok, publish, quilts, settle, until, upload, VILLAGE, type Village } from '../support/needs.ts';

/** Five working days for the county are two seconds here: what happens when it lets them pass. */
const IMPATIENT = 2_000 / 86_400_000;

describe('Delivery', function () {
  this.timeout(60_000);
  const api = useLiveApi((policy) => ({
    ...policy,
    shared: { ...policy.shared, jitterMs: 0, time: { ...policy.shared.time, workingDays: 'every' } },
    pledge: { ...policy.pledge, disputeWorkingDays: IMPATIENT },
  }));
  let village: Village;
  let donor: TestPerson;
  beforeEach(async () => {
    village = await settle(api);
    donor = await api.donor();
  });

  const post = (as: TestPerson, path: string, body?: object): Promise<Answer> =>
    api.call('POST', path, { as, ...(body !== undefined && { body }) });
  const codeOf = (answer: Answer): string => bodyOf<{ code: string }>(answer).code;
  const line = async (needId: string) => {
    const [first] = (await api.deps.models.needs.find(needId))?.lines ?? [];
    if (first === undefined) throw new Error('no line');
    const { id, free, held, sent, received } = first;
    return { id, units: { free, held, sent, received } };
  };
  const pledgeOf = async (pledgeId: string) =>
    bodyOf<{ stage: string; receiptPhoto: string | null; shipTo: object }>(
      await api.call('GET', `/v1/pledges/${pledgeId}`, { as: donor }),
    );

  async function sent(needId: string, delivery = 'villagePoint'): Promise<string> {
    const claimed = await post(donor, `/v1/needs/${needId}/claims`, { whole: true, delivery });
    const pledgeId = bodyOf<{ id: string }>(claimed).id;
    await until(api, 'pledge', pledgeId, 'held');
    const parcel = { courier: '中国邮政', trackingNumber: 'EA123456789CN' };
    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, delivery === 'villagePoint' ? parcel : {});
    return pledgeId;
  }
  async function atPoint(needId: string): Promise<string> {
    const pledgeId = await sent(needId);
    await ok(api, village.keeper, `/v1/pledges/${pledgeId}/arrive`);
    return pledgeId;
  }

  it('is explained before anybody claims: where to send, who pays, what is accepted, and no home', async () => {
    const needId = await publish(api, village);
    const seen = await api.call('GET', `/v1/needs/${needId}`, { as: donor });
    const { shipTo, postage, lines } = bodyOf<{
      shipTo: object;
      postage: { paidBy: string; text: string };
      lines: { accepted: string }[];
    }>(seen);
    const point = { name: '长乐村村级服务点', address: '江西省赣州市石城县琴江镇长乐村', regionCode: VILLAGE };
    expect(shipTo).to.deep.equal(point);
    expect([postage.paidBy, lines[0]?.accepted]).to.deep.equal(['donor', '只接受全新物品']);
    expect(seen.text).not.to.include(village.household.headName);
    const pledgeId = await sent(needId);
    expect((await pledgeOf(pledgeId)).shipTo).to.deep.equal({ ...point, parcelMark: pledgeId.slice(-8) });
  });

  it('in part: what is not in the parcel is wanted again', async () => {
    const needId = await publish(api, village, { lines: quilts(3) });
    const pledgeId = await atPoint(needId);
    const { code } = bodyOf<{ code: string }>(
      await api.call('GET', `/v1/pledges/${pledgeId}/pickup-code`, { as: village.publisher }),
    );
    const lines = [{ lineId: (await line(needId)).id, quantity: 2 }];
    await ok(api, village.keeper, `/v1/pledges/${pledgeId}/collect`, { code, lines });
    expect((await line(needId)).units).to.deep.equal({ free: 1, held: 0, sent: 0, received: 2 });
    await until(api, 'need', needId, 'published');
  });

  it('that fails: the point sends the parcel back, and the units are wanted again', async () => {
    const needId = await publish(api, village);
    const pledgeId = await atPoint(needId);
    const path = `/v1/pledges/${pledgeId}/return-parcel`;
    const reason = '包裹被雨水泡坏，住户不愿意收';
    expect((await post(village.villageCadre, path, { reasonCode: 'damaged', reason })).status).to.equal(403);
    await ok(api, village.keeper, path, { reasonCode: 'damaged', reason });
    expect((await pledgeOf(pledgeId)).stage).to.equal('failed');
    expect((await line(needId)).units).to.deep.equal({ free: 2, held: 0, sent: 0, received: 0 });
    await until(api, 'need', needId, 'published');
    const record = await api.call('GET', '/v1/my/donor-record', { as: donor });
    expect(bodyOf<object>(record)).to.deep.include({ holds: 0, failed: 1, received: 0 });
  });

  it('is confirmed by a cadre with a photo, by the household without', async () => {
    const needId = await publish(api, village);
    const pledgeId = await sent(needId, 'faceToFace');
    const bare = await post(village.villageCadre, `/v1/pledges/${pledgeId}/confirm`, {});
    expect([bare.status, bare.text.includes('/body/photoId')]).to.deep.equal([400, true]);
    const foreign = await upload(api, village.publisher);
    const borrowed = await post(village.villageCadre, `/v1/pledges/${pledgeId}/confirm`, { photoId: foreign });
    expect(codeOf(borrowed)).to.equal('PHOTO_UNKNOWN');
    const going = await upload(api, village.villageCadre);
    await api.deps.models.photos.giveUp(going, new Date(Date.now() + 40 * 86_400_000));
    const late = await post(village.villageCadre, `/v1/pledges/${pledgeId}/confirm`, { photoId: going });
    expect([late.status, codeOf(late)], 'a photo that is being deleted').to.deep.equal([422, 'PHOTO_UNKNOWN']);
    const photoId = await upload(api, village.villageCadre);
    await ok(api, village.villageCadre, `/v1/pledges/${pledgeId}/confirm`, { photoId });
    const { stage, receiptPhoto } = await pledgeOf(pledgeId);
    expect([stage, receiptPhoto]).to.deep.equal(['received', `/v1/photos/${photoId}`]);
    expect((await api.deps.models.pledges.find(pledgeId))?.marks).to.include('receivedWithinMinutes');
    expect((await api.call('GET', `/v1/photos/${photoId}`, { as: donor })).status).to.equal(200);
    expect((await api.call('GET', `/v1/photos/${photoId}`, { as: await api.donor() })).status).to.equal(404);
    const cadre = village.villageCadre;
    const other = await publish(api, await settle(api).then((next) => (village = next)));
    const second = await sent(other, 'faceToFace');
    const again = await post(cadre, `/v1/pledges/${second}/confirm`, { photoId });
    expect(
      [again.status, codeOf(again), again.text.includes('"/body/photoId"')],
      'one photo, one receipt',
    ).to.deep.equal([422, 'PHOTO_REUSED', true]);
    await ok(api, village.publisher, `/v1/pledges/${second}/confirm`, {});
  });

  it('is handed over at the point by a cadre with a photo, where the household has lost its code', async () => {
    const needId = await publish(api, village);
    const pledgeId = await atPoint(needId);
    const path = `/v1/pledges/${pledgeId}/hand-over`;
    const photoId = await upload(api, village.villageCadre);
    expect((await post(village.villageCadre, path, {})).status).to.equal(400);
    expect((await post(village.keeper, path, { photoId })).status).to.equal(403);
    await ok(api, village.villageCadre, path, { photoId });
    const { stage, receiptPhoto } = await pledgeOf(pledgeId);
    expect([stage, receiptPhoto]).to.deep.equal(['received', `/v1/photos/${photoId}`]);
    await until(api, 'need', needId, 'following');
  });

  it('in dispute is ruled by the county, and by the city when the county lets its time pass', async () => {
    const city = await api.cadre('city', VILLAGE.slice(0, 4));
    const needId = await publish(api, village);
    const pledgeId = await sent(needId);
    const dispute = { reasonCode: 'notAsPromised', reason: '收到的和说好的不一样' };
    const path = `/v1/pledges/${pledgeId}`;
    expect((await post(await api.donor(), `${path}/dispute`, dispute)).status).to.equal(404);
    await ok(api, village.publisher, `${path}/dispute`, dispute);
    const ruling = { reason: '双方说法核实，按未收到处理' };
    const disputes = async (as: TestPerson) => (await api.call('GET', '/v1/work-list/disputes?limit=100', { as })).text;
    expect(await disputes(village.countyCadre)).to.include(pledgeId);
    expect(await disputes(city)).not.to.include(pledgeId);
    expect(await disputes(await api.cadre('county', '422801'))).not.to.include(pledgeId);
    const early = await post(city, `${path}/rulings/failed`, ruling);
    expect([early.status, codeOf(early)]).to.deep.equal([403, 'NOT_YOUR_LEVEL']);
    const { models } = api.deps;
    const level = async () => (await models.cases.find('pledge', pledgeId))?.waitingOn;
    for (let waited = 0; (await level()) !== 'cityCadre' && waited < 10_000; waited += 50)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await disputes(city)).to.include(pledgeId);
    expect(await disputes(village.countyCadre)).not.to.include(pledgeId);
    const late = await post(village.countyCadre, `${path}/rulings/failed`, ruling);
    expect([late.status, codeOf(late)]).to.deep.equal([403, 'NOT_YOUR_LEVEL']);
    await ok(api, city, `${path}/rulings/failed`, ruling);
    expect((await pledgeOf(pledgeId)).stage).to.equal('failed');
    expect((await line(needId)).units).to.deep.equal({ free: 2, held: 0, sent: 0, received: 0 });
  });

  it('is nobody’s own to decide: neither in his list nor by his command', async () => {
    const { id: householdId } = village.household;
    const cousin = await api.person({ grants: [{ role: 'pointKeeper', regionCode: VILLAGE }], householdId });
    const parcels = async (as: TestPerson, path = 'parcels') =>
      bodyOf<{ items: { id: string }[] }>(await api.call('GET', `/v1/work-list/${path}?limit=100`, { as })).items.map(
        ({ id }) => id,
      );
    donor = await api.person({ grants: [{ role: 'cadre', level: 'county', regionCode: COUNTY }], homeRegion: VILLAGE });
    const pledgeId = await atPoint(await publish(api, village));
    expect(await parcels(village.keeper)).to.include(pledgeId);
    expect(await parcels(cousin)).not.to.include(pledgeId);
    const own = await post(cousin, `/v1/pledges/${pledgeId}/collect`, { code: '000000' });
    expect([own.status, codeOf(own)]).to.deep.equal([403, 'OWN_POSTING']);
    expect((await api.deps.models.pledges.find(pledgeId))?.pickupTries, 'no try is spent').to.equal(0);
    await ok(api, donor, `/v1/pledges/${pledgeId}/dispute`, { reasonCode: 'receiptExpired', reason: '一直没有人确认' });
    expect(await parcels(village.countyCadre, 'disputes')).to.include(pledgeId);
    expect(await parcels(donor, 'disputes')).not.to.include(pledgeId);
    const ruled = await post(donor, `/v1/pledges/${pledgeId}/rulings/received`, { reason: '我认为已经收到了' });
    expect([ruled.status, codeOf(ruled)]).to.deep.equal([403, 'OWN_PLEDGE']);
  });

  it('in dispute is ruled received in part by the county', async () => {
    const needId = await publish(api, village, { lines: quilts(3) });
    const pledgeId = await sent(needId);
    const path = `/v1/pledges/${pledgeId}`;
    await ok(api, donor, `${path}/dispute`, { reasonCode: 'receiptExpired', reason: '东西送到了，一直没有人确认' });
    const lines = [{ lineId: (await line(needId)).id, quantity: 2 }];
    const town = await post(village.townCadre, `${path}/rulings/received`, { lines, reason: '已核实收到两床棉被' });
    expect(town.status).to.equal(403);
    await ok(api, village.countyCadre, `${path}/rulings/received`, { lines, reason: '已核实收到两床棉被' });
    expect((await line(needId)).units).to.deep.equal({ free: 1, held: 0, sent: 0, received: 2 });
  });
});
