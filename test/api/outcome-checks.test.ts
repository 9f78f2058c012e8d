import { expect } from 'chai';
import { isOutcomeSampled, sameOutcome } from '../../domain/need/outcome-check.ts';
import type { TestPerson } from '../support/api.ts';
import { useApi } from '../support/api.ts';
import { addOutcomeCheck } from '../support/follow-up.ts';
import { bodyOf } from '../support/needs.ts';
import { createWorld, type World } from '../support/world.ts';

describe('outcomes that are asked again', function () {
  this.timeout(60_000);
  const api = useApi();
  let world: World;
  before(async () => {
    world = await createWorld(api);
  });

  it('are drawn at the policy’s rate, the same each time, and agree when they say the same of what came', () => {
    const drawn = Array.from({ length: 20_000 }, (_, i) => isOutcomeSampled(`need-${i}`, 1, 5)).filter(Boolean).length;
    expect(drawn).to.be.within(800, 1200);
    expect(isOutcomeSampled('need-1', 1, 0)).to.equal(false);
    expect([sameOutcome('good', 'partly'), sameOutcome('good', 'notUsed')]).to.deep.equal([true, false]);
  });

  it('are answered blind by somebody who neither answered nor approved, once, and make the village’s record', async () => {
    const need = await api.deps.models.needs.find(world.ids['needId'] ?? '');
    if (need === null) throw new Error('no need');
    const [approver, other] = [await api.cadre('village', need.regionPath.at(-1) ?? ''), world.near];
    const county = other.find(({ name }) => name === 'near cadre county') as TestPerson;
    const { checks } = api.deps.models.outcomeChecks;
    await checks.deleteMany({});
    const id = await addOutcomeCheck(api, need);
    await checks.updateOne({ _id: id }, { $set: { approverIds: [approver.id], answer: 'good' } });
    const list = async (as: TestPerson) =>
      (await api.call('GET', '/v1/work-list/outcome-checks?limit=100', { as })).text;
    expect(await list(approver)).not.to.include(id);
    expect(await list(county))
      .to.include(id)
      .and.not.match(/"good"|"partly"|answeredBy|approver/)
      .and.not.include(need._id);
    const answer = (as: TestPerson) =>
      api.call('POST', `/v1/outcome-checks/${id}/answer`, { as, body: { answer: 'notUsed', text: '棉被还没有拆封' } });
    expect((await answer(approver)).status).to.equal(404);
    expect((await answer(county)).status).to.equal(200);
    expect((await answer(county)).status).to.equal(409);
    const records = await api.call('GET', '/v1/outcome-records', { as: county });
    const { items } = bodyOf<{ items: { villageCode: string; checked: number; agreed: number; served: number }[] }>(
      records,
    );
    expect(items).to.have.length(1);
    expect(items[0]).to.include({ villageCode: need.regionPath.at(-1), checked: 1, agreed: 0, served: 0 });
  });
});
