import { expect } from 'chai';
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
  const isListed = async (needId: string): Promise<boolean> => {
    const list = await api.call('GET', '/v1/needs?region=360735100223&limit=100');
    return bodyOf<{ items: { id: string }[] }>(list).items.some(({ id }) => id === needId);
  };

  it('that is paused is not on the public list and takes no claims until it goes on', async () => {
    const needId = await publish(api, village);
    const donor = await api.donor();
    const claim = () =>
      api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body: { whole: true, delivery: 'villagePoint' } });
    await ok(api, village.publisher, `/v1/needs/${needId}/pause`, REASON);
    expect(await isListed(needId)).to.equal(false);
    expect((await api.call('GET', `/v1/needs/${needId}`)).status).to.equal(404);
    const refused = await claim();
    expect([refused.status, bodyOf<{ code: string }>(refused).code]).to.deep.equal([409, 'NOT_OPEN_FOR_CLAIMS']);
    const why = await api.call('GET', `/v1/needs/${needId}/why-waiting`, { as: village.publisher });
    expect(bodyOf<{ text: string }>(why).text).to.include('暂停');
    await ok(api, village.publisher, `/v1/needs/${needId}/unpause`);
    expect(await isListed(needId)).to.equal(true);
    expect((await claim()).status).to.equal(201);
  });
});
