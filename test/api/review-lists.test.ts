import { expect } from 'chai';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, settle, submit, until, VILLAGE as VILLAGE_CODE } from '../support/needs.ts';

describe('a reviewer’s work list', function () {
  this.timeout(60_000);
  const api = useLiveApi((policy) => ({ ...policy, need: { ...policy.need, twoReviewersAboveFen: 1 } }));

  it('has what he may decide alone: nothing transferred to a colleague, nor what a second one must approve or he doubts', async () => {
    const village = await settle(api);
    const [first, second] = [village.villageCadre, await api.cadre('village', VILLAGE_CODE)];
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const path = `/v1/needs/${needId}`;
    const lists = async (as: TestPerson) => {
      const has = async (box: string) => {
        const { text } = await api.call('GET', `/v1/work-list/reviews?box=${box}&limit=100`, { as });
        return text.includes(needId);
      };
      const today = await api.call('GET', '/v1/work-list/today', { as });
      return [await has('mine'), await has('level'), today.text.includes(needId)];
    };
    const approve = async (as: TestPerson) => {
      const answer = await api.call('POST', `${path}/approve`, { as, body: {} });
      return bodyOf<{ code?: string }>(answer).code ?? answer.status;
    };
    await ok(api, second, `${path}/transfer`, { toAccountId: first.id });
    expect(await lists(second)).to.deep.equal([false, false, false]);
    expect(await approve(second)).to.equal('ASSIGNED_TO_ANOTHER');
    expect(await lists(first)).to.deep.equal([true, true, true]);
    expect(await approve(first)).to.equal(200);
    expect(await lists(first)).to.deep.equal([false, false, false]);
    expect(await approve(first)).to.equal('SECOND_REVIEWER_NEEDED');
    const { reviews } = bodyOf<{ reviews: { level: number } }>(await api.call('GET', '/v1/work-list', { as: first }));
    expect(reviews.level, 'counts as much as it shows').to.equal(0);
    expect(await lists(second)).to.deep.equal([false, true, true]);
    expect(await approve(second)).to.equal(200);
    await until(api, 'need', needId, 'published');

    const doubt = { reasonCode: 'checking', reason: '有一处情况需要再核实一下' };
    const doubter = await api.person({
      ...{ homeRegion: VILLAGE_CODE, idNumber: '990001196005120012' },
      grants: [{ role: 'cadre', level: 'township', regionCode: VILLAGE_CODE.slice(0, 9) }],
    });
    await ok(api, doubter, `${path}/challenges`, doubt);
    await until(api, 'need', needId, 'challenged');
    const doubts = async (as: TestPerson) =>
      (await api.call('GET', '/v1/work-list/challenges', { as })).text.includes(needId);
    expect([await doubts(village.townCadre), await doubts(doubter)]).to.deep.equal([true, false]);
  });
});
