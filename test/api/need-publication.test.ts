import { expect } from 'chai';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, settle, type Village } from '../support/needs.ts';

const REASON = { reasonCode: 'notAtHome', reason: '家里这几天没有人，暂停几天' };

describe('a published need', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  beforeEach(async () => {
    village = await settle(api);
  });
  const isListed = async (needId: string, as: TestPerson | null): Promise<boolean> => {
    const list = await api.call('GET', '/v1/needs?region=360735100223&limit=100', { as });
    return bodyOf<{ items: { id: string }[] }>(list).items.some(({ id }) => id === needId);
  };

  it('that is paused is not on the public list and takes no claims until it goes on', async () => {
    const needId = await publish(api, village);
    const donor = await api.donor();
    const claim = () =>
      api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body: { whole: true, delivery: 'villagePoint' } });
    await ok(api, village.publisher, `/v1/needs/${needId}/pause`, REASON);
    expect(await isListed(needId, donor)).to.equal(false);
    expect((await api.call('GET', `/v1/needs/${needId}`, { as: donor })).status).to.equal(404);
    const refused = await claim();
    expect([refused.status, bodyOf<{ code: string }>(refused).code]).to.deep.equal([409, 'NOT_OPEN_FOR_CLAIMS']);
    const why = await api.call('GET', `/v1/needs/${needId}/why-waiting`, { as: village.publisher });
    expect(bodyOf<{ text: string }>(why).text).to.include('暂停');
    await ok(api, village.publisher, `/v1/needs/${needId}/unpause`);
    expect(await isListed(needId, donor)).to.equal(true);
    expect((await claim()).status).to.equal(201);
  });

  it('is there for its audience alone: to list, to read, to see pictures of and to claim', async () => {
    const needId = await publish(api, village);
    const [near, far] = [await api.donor(), await api.person({ kind: 'donor', homeRegion: '3301' })];
    const photo = (await api.deps.models.needs.find(needId))?.photos[0] ?? '';
    const seenBy = async (as: TestPerson | null) => [
      await isListed(needId, as),
      (await api.call('GET', `/v1/needs/${needId}`, { as })).status,
      (await api.call('GET', `/v1/photos/${photo}/thumbnail`, { as })).status,
    ];
    const claim = async (as: TestPerson): Promise<number> => {
      const lineId = (await api.deps.models.needs.find(needId))?.lines[0]?.id;
      const body = { lines: [{ lineId, quantity: 1 }], delivery: 'villagePoint' };
      return (await api.call('POST', `/v1/needs/${needId}/claims`, { as, body })).status;
    };
    for (const stranger of [null, far]) expect(await seenBy(stranger)).to.deep.equal([false, 404, 404]);
    expect(await claim(far)).to.equal(404);
    expect(await seenBy(near)).to.deep.equal([true, 200, 200]);
    expect(await claim(near)).to.equal(201);

    const move = await api.call('PUT', '/v1/me/home-region', { as: far, body: { homeRegion: '360735100' } });
    expect(bodyOf<{ homeRegion: string }>(move).homeRegion, move.text).to.equal('360735100');
    const unknown = await api.call('PUT', '/v1/me/home-region', { as: far, body: { homeRegion: '99' } });
    expect([unknown.status, bodyOf<{ code: string }>(unknown).code]).to.deep.equal([422, 'REGION_UNKNOWN']);
  });

  it('from before there were audiences is open to everybody', async () => {
    const needId = await publish(api, village);
    expect((await api.call('GET', `/v1/needs/${needId}`)).status).to.equal(404);
    await api.deps.models.needs.needs.updateOne({ _id: needId }, { $unset: { audience: '' } });
    await api.deps.models.needs.openOlder();
    expect((await api.call('GET', `/v1/needs/${needId}`)).status).to.equal(200);
    expect(await isListed(needId, null)).to.equal(true);
  });
});
