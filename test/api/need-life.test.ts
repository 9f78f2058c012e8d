import { expect } from 'chai';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, quilts, settle, submit, until, upload, type Village } from '../support/needs.ts';

interface Claim {
  id: string;
}

describe('a need on its way through the API', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  let donor: TestPerson;
  beforeEach(async () => {
    village = await settle(api);
    donor = await api.donor();
  });

  it('is submitted, approved, claimed, sent, fetched with a code, thanked for and told as a story', async () => {
    const needId = await publish(api, village);
    const claimed = await api.call('POST', `/v1/needs/${needId}/claims`, {
      as: donor,
      body: { whole: true, delivery: 'villagePoint' },
    });
    expect(claimed.status, claimed.text).to.equal(201);
    const { id: pledgeId } = bodyOf<Claim>(claimed);
    await until(api, 'pledge', pledgeId, 'held');
    await until(api, 'need', needId, 'matched');

    const seen = await api.call('GET', `/v1/pledges/${pledgeId}`, { as: donor });
    expect(bodyOf<{ shipTo: { name: string } }>(seen).shipTo.name).to.match(/村级服务点$/);
    const early = await api.call('GET', `/v1/pledges/${pledgeId}/pickup-code`, { as: donor });
    expect(early.status).to.equal(404);

    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, { courier: '邮政', trackingNumber: 'EMS123456789' });
    await ok(api, village.keeper, `/v1/pledges/${pledgeId}/arrive`);
    const code = await api.call('GET', `/v1/pledges/${pledgeId}/pickup-code`, { as: village.publisher });
    const right = bodyOf<{ code: string }>(code).code;
    const wrong = await api.call('POST', `/v1/pledges/${pledgeId}/collect`, {
      as: village.keeper,
      body: { code: right === '000000' ? '000001' : '000000' },
    });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.include('PICKUP_CODE_WRONG').and.include('"triesLeft":4');
    await ok(api, village.keeper, `/v1/pledges/${pledgeId}/collect`, { code: right });
    await until(api, 'need', needId, 'following');
    await ok(api, village.publisher, `/v1/needs/${needId}/thanks`, { text: '谢谢好心人，被子很暖和' });
    await ok(api, village.publisher, `/v1/needs/${needId}/ratings`, { stars: 5 });

    const timeline = await api.call('GET', `/v1/needs/${needId}/timeline`, { as: village.publisher });
    const { items } = bodyOf<{ items: { type: string; note: string | null; by: string }[] }>(timeline);
    expect(items.map((item) => item.type)).to.include.members(['needSubmitted', 'needPublished', 'donorThanked']);
    expect(items.find((item) => item.type === 'donorThanked')?.note).to.equal('谢谢好心人，被子很暖和');
    expect(items.find((item) => item.type === 'reviewApproved')?.by).to.equal('村级干部');

    const chain = await api.call('GET', `/v1/operator/cases/need/${needId}/chain`, { as: village.operator });
    expect(bodyOf<{ whole: boolean }>(chain).whole).to.equal(true);
    const described = await api.call('GET', `/v1/operator/cases/need/${needId}`, { as: village.operator });
    expect(bodyOf<{ workflow: { status: string } }>(described).workflow.status, described.text).to.equal('running');
  });

  it('comes back for correction and is approved when it is corrected', async () => {
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const short = await api.call('POST', `/v1/needs/${needId}/return`, {
      as: village.villageCadre,
      body: { reasonCode: 'photoUnclear', reason: '不清' },
    });
    expect(short.status).to.equal(422);
    expect(short.text).to.include('REASON_LENGTH');
    const body = { reasonCode: 'photoUnclear', reason: '请补一张看得清的照片' };
    await ok(api, village.villageCadre, `/v1/needs/${needId}/return`, body);
    const photo = await upload(api, village.publisher);
    const content = {
      title: '冬天需要三床棉被',
      details: '家里三口人，冬天山上很冷，旧棉被已经不保暖。',
      category: 'bedding',
      urgency: 'normal',
      lines: quilts(3),
      photos: [photo],
    };
    const bad = await api.call('POST', `/v1/needs/${needId}/resubmit`, {
      as: village.publisher,
      body: { ...content, title: '想要两条香烟过年' },
    });
    expect(bad.status).to.equal(422);
    expect(bad.text).to.include('/body/title').and.include('FORBIDDEN_ITEM');
    await ok(api, village.publisher, `/v1/needs/${needId}/resubmit`, content);
    await until(api, 'need', needId, 'underReview');
    await ok(api, village.villageCadre, `/v1/needs/${needId}/approve`, {});
    const shown = await api.call('GET', `/v1/needs/${needId}`, { as: donor });
    expect(bodyOf<{ lines: { available: number }[] }>(shown).lines[0]?.available).to.equal(3);
  });

  it('tells a cadre of another level, the publisher and a stranger apart', async () => {
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const approve = (as: TestPerson) => api.call('POST', `/v1/needs/${needId}/approve`, { as, body: {} });
    const town = await approve(village.townCadre);
    expect([town.status, town.text.includes('NOT_YOUR_LEVEL')]).to.deep.equal([403, true]);
    expect((await approve(village.publisher)).status).to.equal(403);
    expect((await approve(await api.cadre('village', '360735100201'))).status).to.equal(404);
    expect((await approve(donor)).status).to.equal(403);
    const hidden = await api.call('GET', `/v1/needs/${needId}`);
    expect(hidden.status).to.equal(404);
    const full = await api.call('GET', `/v1/needs/${needId}/full`, { as: donor });
    expect(full.status).to.equal(404);
  });

  it('is decided, challenged or cancelled for no reason but one of the catalogue’s, which the answer names', async () => {
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const path = `/v1/needs/${needId}`;
    const given = { reasonCode: 'nonsense', reason: '请补一张看得清的照片' };
    const items = [{ needId, decision: 'return', ...given }];
    const cases = [{ caseType: 'need', caseId: needId }];
    const { villageCadre: cadre, operator } = village;
    for (const [as, route, body, pointer, allowed] of [
      [cadre, `${path}/return`, given, '/body/reasonCode', 'photoUnclear'],
      // Of another act: what is refused is not sent back for it.
      [cadre, `${path}/refuse`, { ...given, reasonCode: 'photoUnclear' }, '/body/reasonCode', 'notNeeded'],
      [cadre, '/v1/need-decisions', { items }, '/body/items/0/reasonCode', 'photoUnclear'],
      [donor, `${path}/challenges`, given, '/body/reasonCode', 'receivedBefore'],
      [operator, `/v1/operator/cases/need/${needId}/cancel`, given, '/body/reasonCode', 'lawRequires'],
      [operator, '/v1/operator/case-actions', { action: 'cancel', cases, ...given }, '/body/reasonCode', 'lawRequires'],
    ] as const) {
      const answer = await api.call('POST', route, { as, body });
      const { errors } = bodyOf<{ errors: { pointer: string; detail: string }[] }>(answer);
      expect([answer.status, errors[0]?.pointer], route).to.deep.equal([400, pointer]);
      expect(errors[0]?.detail, route).to.include(allowed);
    }
    expect((await api.deps.models.needs.find(needId))?.stage).to.equal('underReview');
    expect(
      await api.deps.models.commands.commands.countDocuments({ caseId: needId, 'data.reasonCode': 'nonsense' }),
    ).to.equal(0);
    const listed = bodyOf<{ acts: { act: string; codes: { code: string; text: string }[] }[] }>(
      await api.call('GET', '/v1/reason-codes'),
    );
    expect(listed.acts.find(({ act }) => act === 'return')?.codes).to.deep.include({
      ...{ code: 'photoUnclear', text: '照片不清楚' },
    });
  });

  it('refuses a command that its stage does not take, with what is allowed', async () => {
    const needId = await publish(api, village);
    const answer = await api.call('POST', `/v1/needs/${needId}/approve`, { as: village.villageCadre, body: {} });
    expect(answer.status).to.equal(409);
    const { stage, allowed } = bodyOf<{ stage: string; allowed: string[] }>(answer);
    expect(stage).to.equal('published');
    expect(allowed).to.include('withdraw');
  });

  it('is changed only by who has seen its present revision', async () => {
    const needId = await publish(api, village);
    const full = await api.call('GET', `/v1/needs/${needId}/full`, { as: village.publisher });
    const etag = full.headers.get('etag') ?? '';
    await ok(api, village.publisher, `/v1/needs/${needId}/renew`);
    const late = await api.call('POST', `/v1/needs/${needId}/close-early`, {
      as: village.publisher,
      headers: { 'if-match': etag },
    });
    expect(late.status).to.equal(412);
  });

  it('says why it waits', async () => {
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const why = await api.call('GET', `/v1/needs/${needId}/why-waiting`, { as: village.publisher });
    expect(bodyOf<{ text: string }>(why).text).to.match(/正在审核.*村干部/);
    const counts = await api.call('GET', '/v1/work-list', { as: village.villageCadre });
    expect(bodyOf<{ reviews: { level: number } }>(counts).reviews.level).to.be.at.least(1);
    const list = await api.call('GET', '/v1/work-list/reviews', { as: village.villageCadre });
    expect(list.text).to.include(needId);
  });
});
