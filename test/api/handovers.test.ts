import { expect } from 'chai';
import type { Answer, TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, settle, submit, until, VILLAGE, type Village } from '../support/needs.ts';

describe('work handed over', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  let colleague: TestPerson;
  let needId: string;

  /** A need whose review waits for the village's cadre alone, and a colleague of his office. */
  beforeEach(async () => {
    village = await settle(api);
    colleague = await api.cadre('village', VILLAGE);
    needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    await ok(api, colleague, `/v1/needs/${needId}/transfer`, { toAccountId: village.villageCadre.id });
  });

  const offer = (change: object = {}, as = village.villageCadre): Promise<Answer> =>
    api.call('POST', '/v1/handovers', { as, body: { toAccountId: colleague.id, reason: '外出学习一周', ...change } });
  const offered = async (): Promise<string> => {
    const answer = await offer({ needIds: [needId] });
    expect(answer.status, answer.text).to.equal(201);
    const { id } = bodyOf<{ id: string }>(answer);
    await until(api, 'handover', id, 'offered');
    return id;
  };
  const assignee = async (): Promise<string | null> =>
    (await api.deps.models.needs.find(needId))?.reviewAssigneeId ?? null;
  const becomes = async (accountId: string): Promise<void> => {
    for (let waited = 0; waited < 8_000 && (await assignee()) !== accountId; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await assignee()).to.equal(accountId);
  };

  it('waits for the colleague alone, who finds it, accepts, and decides from then on', async () => {
    const id = await offered();
    const mine = await api.call('GET', '/v1/my/handovers', { as: colleague });
    expect(bodyOf<{ items: { id: string; needs: number }[] }>(mine).items[0]).to.include({ id, needs: 1 });
    const counts = await api.call('GET', '/v1/work-list', { as: colleague });
    expect(bodyOf<{ handovers: number }>(counts).handovers).to.equal(1);
    const seen = await api.call('GET', `/v1/handovers/${id}`, { as: colleague });
    expect(seen.text).to.include('等待接收人答复').and.include('外出学习一周');
    expect((await api.call('GET', `/v1/handovers/${id}`, { as: await api.cadre('village', VILLAGE) })).status).to.equal(
      404,
    );
    const early = await api.call('POST', `/v1/handovers/${id}/accept`, { as: village.villageCadre });
    expect(early.status).to.equal(403);
    expect(await assignee()).to.equal(village.villageCadre.id);
    await ok(api, colleague, `/v1/handovers/${id}/accept`);
    await becomes(colleague.id);
    await ok(api, colleague, `/v1/needs/${needId}/approve`, {});
    const story = await api.call('GET', `/v1/handovers/${id}/timeline`, { as: village.villageCadre });
    expect(story.text).to.include('接收人已接收');
  });

  it('stays where it is when it is refused or withdrawn', async () => {
    const first = await offered();
    const reason = '手头工作较多，暂时不能接收';
    await ok(api, colleague, `/v1/handovers/${first}/refuse`, { reasonCode: 'tooBusy', reason });
    const second = await offered();
    await ok(api, village.villageCadre, `/v1/handovers/${second}/withdraw`);
    const late = await api.call('POST', `/v1/handovers/${second}/accept`, { as: colleague });
    expect([late.status, late.text.includes('CASE_CLOSED')]).to.deep.equal([409, true]);
    expect(await assignee()).to.equal(village.villageCadre.id);
  });

  it('is only what waits for the giver alone, and never the colleague’s own', async () => {
    const elsewhere = await offer({ toAccountId: (await api.cadre('village', '360735100201')).id });
    expect([elsewhere.status, elsewhere.text.includes('/body/toAccountId')]).to.deep.equal([422, true]);
    expect((await offer({ toAccountId: village.villageCadre.id })).text).to.include('COLLEAGUE_UNFIT');
    const notHis = await offer({ toAccountId: village.villageCadre.id, needIds: [needId] }, colleague);
    expect([notHis.status, notHis.text.includes('/body/needIds/0')]).to.deep.equal([422, true]);
    expect((await offer({ toAccountId: village.villageCadre.id }, colleague)).text).to.include('NOTHING_TO_HAND_OVER');
    await api.deps.models.needs.needs.updateOne({ _id: needId }, { $set: { publisherId: colleague.id } });
    expect((await offer({ needIds: [needId] })).text)
      .to.include('OWN_POSTING')
      .and.include('/body/needIds/0');
    expect(await api.deps.models.handovers.handovers.countDocuments({ giverId: village.villageCadre.id })).to.equal(0);
  });

  it('is, of all that waits, what the colleague may review', async () => {
    const others = await settle(api);
    const own = await submit(api, others, { relation: 'self' });
    await until(api, 'need', own, 'underReview');
    await ok(api, others.villageCadre, `/v1/needs/${own}/transfer`, { toAccountId: village.villageCadre.id });
    await api.deps.models.households.households.updateOne(
      { _id: others.household.id },
      { $set: { helperId: colleague.id } },
    );
    const answer = await offer();
    expect(answer.status, answer.text).to.equal(201);
    const { id } = bodyOf<{ id: string }>(answer);
    expect((await api.deps.models.handovers.find(id))?.needIds)
      .to.include(needId)
      .and.not.include(own);
  });

  it('that went on to somebody else meanwhile stays with him', async () => {
    const id = await offered();
    const third = await api.cadre('village', VILLAGE);
    await ok(api, village.villageCadre, `/v1/needs/${needId}/transfer`, { toAccountId: third.id });
    await ok(api, colleague, `/v1/handovers/${id}/accept`);
    const { commands } = api.deps.models.commands;
    const heard = () => commands.findOne({ caseId: needId, 'data.onlyFrom': village.villageCadre.id });
    for (let waited = 0; waited < 8_000 && (await heard())?.status === 'pending'; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await heard())?.status).to.equal('refused');
    expect(await assignee()).to.equal(third.id);
  });
});
