import { expect } from 'chai';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, settle, VILLAGE as VILLAGE_CODE } from '../support/needs.ts';
import { isSampled } from '../../domain/need/recheck.ts';

describe('second reviews', function () {
  this.timeout(120_000);
  const api = useLiveApi();

  /** Publishes until one is drawn, from drafts whose ids tell beforehand; the reviewer is one who is sampled often. */
  async function sampled() {
    const village = await settle(api);
    const { reviewers, rechecks } = api.deps.models.rechecks;
    await reviewers.insertOne({ _id: village.villageCadre.id, rechecked: 10, agreed: 5 });
    for (let tries = 0; tries < 40; tries += 1) {
      const here = { ...(await settle(api)), villageCadre: village.villageCadre };
      const needId = await publish(api, here);
      const found = await rechecks.findOne({ needId });
      expect(found !== null, needId).to.equal(isSampled(needId, 20));
      if (found !== null) return { village: here, recheckId: found._id, needId };
    }
    throw new Error('none of 40 was drawn at 20 percent');
  }

  it('are drawn at the reviewer’s rate, done blind by another, and move his record', async () => {
    const { village, recheckId, needId } = await sampled();
    const colleague = await api.cadre('village', VILLAGE_CODE);
    const list = async (as: TestPerson) => (await api.call('GET', '/v1/work-list/rechecks?limit=100', { as })).text;
    expect(await list(village.villageCadre)).not.to.include(recheckId);
    const office = { role: 'cadre', level: 'village', regionCode: VILLAGE_CODE } as const;
    const kin = await api.person({ grants: [office], idNumber: village.household.headIdNumber });
    expect(await list(kin), 'of the household by the register').not.to.include(recheckId);
    const seen = await list(colleague);
    expect(seen).to.include(recheckId).and.not.include(needId).and.not.include(village.villageCadre.id);
    expect(seen).not.to.match(/approve|published/);
    const need = await api.deps.models.needs.find(needId);
    expect(seen).to.include(need?.details).and.include(need?.photos[0]);
    const decide = (as: TestPerson, body: object) =>
      api.call('POST', `/v1/rechecks/${recheckId}/decision`, { as, body });
    expect((await decide(village.villageCadre, { decision: 'approve' })).status).to.equal(404);
    expect((await decide(kin, { decision: 'approve' })).status).to.equal(404);
    const body = { decision: 'refuse', reasonCode: 'notNeeded', reason: '家里已有同样的物品' };
    await ok(api, colleague, `/v1/rechecks/${recheckId}/decision`, body);
    expect((await decide(colleague, body)).status).to.equal(409);
    const mine = await api.call('GET', '/v1/my/reviewer-record', { as: village.villageCadre });
    expect(bodyOf(mine)).to.deep.equal({ rechecked: 11, agreed: 5, accuracy: 45, samplingPercent: 20 });
    const records = await api.call('GET', '/v1/reviewer-records', { as: village.countyCadre });
    const { items } = bodyOf<{ items: { accountId: string; rechecked: number; agreed: number }[] }>(records);
    expect(items.find(({ accountId }) => accountId === village.villageCadre.id)).to.include({
      rechecked: 1,
      agreed: 0,
    });
    expect((await api.deps.models.needs.find(needId))?.stage).to.equal('published');
  });
});
