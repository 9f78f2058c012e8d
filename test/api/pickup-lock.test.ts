import { expect } from 'chai';
import type { PledgeState } from '../../domain/pledge/types.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, settle, until, upload } from '../support/needs.ts';

describe('A pickup code that is tried wrong too often', function () {
  this.timeout(60_000);
  const api = useLiveApi();

  it('is locked, its case hears of it once, and a cadre hands the parcel over with a photo', async () => {
    const village = await settle(api);
    const needId = await publish(api, village);
    const donor = await api.donor();
    const claimed = await api.call('POST', `/v1/needs/${needId}/claims`, {
      as: donor,
      body: { whole: true, delivery: 'villagePoint' },
    });
    const { id: pledgeId } = bodyOf<{ id: string }>(claimed);
    await until(api, 'pledge', pledgeId, 'held');
    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, { courier: '邮政', trackingNumber: 'EMS123456789' });
    await ok(api, village.keeper, `/v1/pledges/${pledgeId}/arrive`);
    const right = api.deps.crypto.derive.code('pickupCode', pledgeId, 6);
    const tried = async (code: string): Promise<string> => {
      const answer = await api.call('POST', `/v1/pledges/${pledgeId}/collect`, { as: village.keeper, body: { code } });
      return bodyOf<{ code: string }>(answer).code;
    };
    const locked = async () =>
      ((await api.deps.models.cases.find('pledge', pledgeId))?.state as PledgeState | undefined)?.codeLocked;
    for (let i = 0; i < 5; i += 1) {
      expect(await locked()).to.equal(undefined);
      expect(await tried(right === '000000' ? '000001' : '000000')).to.equal('PICKUP_CODE_WRONG');
    }
    await expectSoon(locked);
    expect(await tried(right)).to.equal('PICKUP_CODE_LOCKED');
    const told = (await api.deps.models.events.of('pledge', pledgeId)).map(({ type }) => type);
    expect(told.filter((type) => type === 'pickupCodeLocked')).to.have.length(1);
    const timeline = await api.call('GET', `/v1/pledges/${pledgeId}/timeline`, { as: village.publisher });
    expect(timeline.text).to.include('由村干部代为交付');
    const photoId = await upload(api, village.villageCadre);
    await ok(api, village.villageCadre, `/v1/pledges/${pledgeId}/hand-over`, { photoId });
    await until(api, 'pledge', pledgeId, 'received');
  });

  async function expectSoon(holds: () => Promise<boolean | undefined>): Promise<void> {
    for (let waited = 0; waited < 15_000 && (await holds()) !== true; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await holds()).to.equal(true);
  }
});
