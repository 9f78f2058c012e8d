import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pathOf } from '../../domain/region/region.ts';
import { createCountReviewers } from '../../models/reviewers.ts';
import { loseAnswers, type TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import {
  addHousehold,
  bodyOf,
  ok,
  settle,
  submit,
  until,
  VILLAGE as VILLAGE_CODE,
  type Village,
} from '../support/needs.ts';

interface Results {
  items: { needId: string; status: string; commandId: string; problem: { code: string } | null }[];
}

describe('the review network', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  let colleague: TestPerson;
  beforeEach(async () => {
    village = await settle(api);
    colleague = await api.cadre('village', VILLAGE_CODE);
  });

  async function waiting(): Promise<string> {
    const needId = await submit(api, await settle(api));
    await until(api, 'need', needId, 'underReview');
    return needId;
  }

  it('lets a reviewer take a need: colleagues see it and get 409 until he lets it go', async () => {
    const needId = await waiting();
    await ok(api, village.villageCadre, `/v1/needs/${needId}/take`);
    const decide = () => api.call('POST', `/v1/needs/${needId}/approve`, { as: colleague, body: {} });
    const refused = await decide();
    expect([refused.status, refused.text.includes('TAKEN_BY_ANOTHER')]).to.deep.equal([409, true]);
    const full = await api.call('GET', `/v1/needs/${needId}/full`, { as: colleague });
    expect(bodyOf<{ taken: { name: string } | null }>(full).taken?.name).to.equal('张**');
    const list = await api.call('GET', '/v1/work-list/reviews?limit=100', { as: colleague });
    const { items } = bodyOf<{ items: { id: string; taken: { accountId: string } | null }[] }>(list);
    expect(items.find(({ id }) => id === needId)?.taken?.accountId).to.equal(village.villageCadre.id);
    await ok(api, village.villageCadre, `/v1/needs/${needId}/let-go`);
    expect((await decide()).status).to.equal(200);
  });

  it('leaves out who is of the household by his ID number, helps it, or stands in for one of them', async () => {
    const { deps } = api;
    const { households } = deps.models.households;
    const here = await settle(api);
    const office = { role: 'cadre' as const, level: 'village' as const, regionCode: VILLAGE_CODE };
    const kin = await api.person({ grants: [office], idNumber: here.household.headIdNumber });
    const helper = await api.person({ grants: [office] });
    const standIn = await api.person({ grants: [{ ...office, standsInFor: kin.id }] });
    await households.updateOne({ _id: here.household.id }, { $set: { helperId: helper.id } });
    const needId = await submit(api, here);
    await until(api, 'need', needId, 'underReview');
    const codes = async (as: TestPerson) => {
      const one = await api.call('POST', `/v1/needs/${needId}/approve`, { as, body: {} });
      const items = [{ decision: 'approve', needId }];
      const many = bodyOf<Results>(await api.call('POST', '/v1/need-decisions', { as, body: { items } }));
      const list = await api.call('GET', '/v1/work-list/reviews?limit=100', { as });
      return [bodyOf<{ code: string }>(one).code, many.items[0]?.problem?.code, list.text.includes(needId)];
    };
    expect(await codes(kin)).to.deep.equal(['OWN_POSTING', 'OWN_POSTING', false]);
    expect(await codes(standIn)).to.deep.equal(['OWN_POSTING', 'OWN_POSTING', false]);
    expect(await codes(helper)).to.deep.equal(['HELPED_HOUSEHOLD', 'HELPED_HOUSEHOLD', false]);
    for (const { id: toAccountId } of [kin, helper]) {
      const sent = await api.call('POST', `/v1/needs/${needId}/transfer`, { as: colleague, body: { toAccountId } });
      expect(sent.status, sent.text).to.be.within(400, 499);
    }
    await ok(api, colleague, `/v1/needs/${needId}/approve`, {});
  });

  it('counts none of them among who can review', async () => {
    const villageCode = '360735100201';
    const { id: householdId, headIdNumber } = await addHousehold(api, { villageCode });
    const office = { role: 'cadre' as const, level: 'village' as const, regionCode: villageCode };
    const kin = await api.person({ grants: [office], idNumber: headIdNumber });
    const helper = await api.person({ grants: [office, { ...office, standsInFor: kin.id }] });
    await api.deps.models.households.households.updateOne({ _id: householdId }, { $set: { helperId: helper.id } });
    const count = createCountReviewers(api.deps.models.db);
    const query = { regionPath: pathOf(villageCode), publisherId: village.publisher.id, householdId };
    expect((await count(query)).village).to.equal(0);
    expect((await count({ ...query, householdId: village.household.id })).village).to.equal(2);
  });

  it('decides many needs at once, each with its own result, and none twice', async () => {
    const good = await waiting();
    const bad = await waiting();
    const unknown = '01936f5e-7c1a-7cc3-8000-3b0f2a9d4c99';
    const body = {
      items: [
        { decision: 'approve', needId: good },
        { decision: 'refuse', needId: bad, reasonCode: 'notNeeded', reason: '家里已有同样的物品' },
        { decision: 'approve', needId: unknown },
      ],
    };
    const key = randomUUID();
    const answer = await api.call('POST', '/v1/need-decisions', { as: village.villageCadre, body, key });
    expect(answer.status, answer.text).to.equal(200);
    const { items } = bodyOf<Results>(answer);
    expect(items.map(({ status, problem }) => [status, problem?.code ?? null])).to.deep.equal([
      ['applied', null],
      ['applied', null],
      ['refused', 'NOT_FOUND'],
    ]);
    await until(api, 'need', good, 'published');
    await until(api, 'need', bad, 'refused');
    const again = await api.call('POST', '/v1/need-decisions', { as: village.villageCadre, body, key });
    expect(bodyOf<Results>(again)).to.deep.equal(bodyOf<Results>(answer));
    await loseAnswers(api);
    const lost = await api.call('POST', '/v1/need-decisions', { as: village.villageCadre, body, key });
    expect(bodyOf<Results>(lost)).to.deep.equal(bodyOf<Results>(answer));
    const later = await api.call('POST', '/v1/need-decisions', { as: village.villageCadre, body });
    expect(bodyOf<Results>(later).items.map(({ problem }) => problem?.code)).to.deep.equal([
      'NOT_ALLOWED_IN_STAGE',
      'NOT_ALLOWED_IN_STAGE',
      'NOT_FOUND',
    ]);
    const short = { items: [{ decision: 'refuse', needId: bad, reasonCode: 'notNeeded', reason: '不行' }] };
    const refused = await api.call('POST', '/v1/need-decisions', { as: village.villageCadre, body: short });
    expect([refused.status, refused.text.includes('/body/items/0/reason')]).to.deep.equal([422, true]);
    const twice = {
      items: [
        { decision: 'approve', needId: bad },
        { decision: 'approve', needId: bad },
      ],
    };
    expect((await api.call('POST', '/v1/need-decisions', { as: village.villageCadre, body: twice })).status).to.equal(
      400,
    );
  });

  it('lets the level above freeze a cadre: what waited for him alone goes up, and he decides nothing more', async () => {
    const place = '360735100217';
    const [alone, town] = [await api.cadre('village', place), await api.cadre('township', '360735100')];
    const household = await addHousehold(api, { villageCode: place });
    const publisher = await api.person({ householdId: household.id });
    const needId = await submit(api, { ...village, household, publisher });
    await until(api, 'need', needId, 'underReview');
    const freeze = (as: TestPerson, id: string) =>
      api.call('POST', `/v1/accounts/${id}/freeze`, { as, body: { reason: '有人反映，正在核实' } });
    expect((await freeze(await api.cadre('township', '360735101'), alone.id)).status).to.equal(404);
    expect((await freeze(colleague, alone.id)).status).to.equal(403);
    expect((await freeze(town, (await api.cadre('county', '360735')).id)).status).to.equal(404);
    expect((await freeze(town, (await api.donor()).id)).status).to.equal(404);
    expect((await freeze(town, alone.id)).status).to.equal(200);
    expect((await api.call('GET', '/v1/me', { as: alone })).text).to.include('ACCOUNT_FROZEN');
    await untilLevel(needId, 'township');
    await ok(api, town, `/v1/needs/${needId}/approve`, {});
    const story = await api.call('GET', `/v1/needs/${needId}/timeline`, { as: publisher });
    expect(story.text).to.include('reviewRerouted').and.not.include('reviewTakenOver');
    const unfreeze = (as: TestPerson) => api.call('POST', `/v1/accounts/${alone.id}/unfreeze`, { as });
    expect((await unfreeze(town)).status).to.equal(200);
    // What a level above has frozen stays so for those below it.
    const county = await api.cadre('county', '360735');
    expect((await freeze(county, alone.id)).status).to.equal(200);
    expect((await unfreeze(town)).text).to.include('FROZEN_FROM_ABOVE');
    expect((await freeze(town, alone.id)).text).to.include('FROZEN_FROM_ABOVE');
    expect((await unfreeze(await api.cadre('county', '360735'))).status).to.equal(200);
  });

  async function untilLevel(needId: string, level: string): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await api.deps.models.needs.find(needId))?.reviewLevel === level) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${needId} never came to the ${level}`);
  }

  it('lets a cadre name a stand-in, who decides in his place while the leave lasts; the record keeps both', async () => {
    const place = '360735100218';
    const absent = await api.cadre('village', place);
    const household = await addHousehold(api, { villageCode: place });
    const publisher = await api.person({ householdId: household.id });
    const needId = await submit(api, { ...village, household, publisher });
    await until(api, 'need', needId, 'underReview');
    const leave = (accountId: string, days = 5) => ({
      accountId,
      from: new Date(Date.now() - 1000).toISOString(),
      until: new Date(Date.now() + days * 86_400_000).toISOString(),
    });
    const name = (body: object) => api.call('POST', '/v1/my/stand-ins', { as: absent, body });
    expect((await name(leave(absent.id))).text).to.include('OWN_ACCOUNT');
    expect((await name(leave((await api.donor()).id))).text).to.include('STAND_IN_UNFIT');
    expect((await name(leave((await api.cadre('village', '422801001001')).id))).text).to.include('STAND_IN_UNFIT');
    expect((await name(leave(colleague.id, -5))).status).to.be.oneOf([400, 422]);
    const named = await name(leave(colleague.id));
    expect(named.status, named.text).to.equal(201);
    const { id } = bodyOf<{ id: string }>(named);
    const acting = { 'bangfu-acting-as': id };
    // What was given to the one alone is his stand-in's, too.
    await api.deps.models.needs.needs.updateOne({ _id: needId }, { $set: { reviewAssigneeId: absent.id } });
    const mine = () => api.call('GET', '/v1/work-list/reviews?box=mine', { as: colleague, headers: acting });
    let list = await mine();
    for (let tries = 0; tries < 40 && list.status === 403; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      list = await mine();
    }
    expect(list.text).to.include(needId);
    const approved = await api.call('POST', `/v1/needs/${needId}/approve`, {
      as: colleague,
      body: {},
      headers: acting,
    });
    expect(approved.status, approved.text).to.equal(200);
    const events = await api.deps.models.events.of('need', needId);
    const { actor } = events.find(({ type }) => type === 'reviewApproved') ?? { actor: null };
    expect(actor).to.include({ id: colleague.id, standsInFor: absent.id });
    expect((await api.call('GET', '/v1/my/stand-ins', { as: absent })).text).to.include(colleague.id);
    const gone = await api.call('DELETE', `/v1/my/stand-ins/${id}`, { as: absent });
    expect(gone.status).to.equal(204);
    expect((await api.call('DELETE', `/v1/my/stand-ins/${id}`, { as: absent })).status).to.equal(404);
  });

  it('lends an office again for the next leave, and no longer than the one who lends or who stands in is a cadre there', async () => {
    const place = '360735100216';
    const [absent, deputy, operator] = [
      await api.cadre('village', place),
      await api.cadre('village', place),
      await api.operator(),
    ];
    const { accounts } = api.deps.models;
    const name = (accountId: string) => {
      const [from, until] = [-1, 5].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
      return api.call('POST', '/v1/my/stand-ins', { as: absent, body: { accountId, from, until } });
    };
    const lent = async () =>
      ((await accounts.find(deputy.id))?.grants ?? []).filter(({ standsInFor }) => standsInFor === absent.id).length;
    const leave = async (person: TestPerson) => {
      const own = (await accounts.find(person.id))?.grants.find(({ standsInFor }) => standsInFor === undefined);
      const path = `/v1/accounts/${person.id}/grants/${own?.id ?? ''}`;
      expect((await api.call('DELETE', path, { as: operator })).status).to.equal(200);
    };
    expect((await name(deputy.id)).status).to.equal(201);
    expect((await name(deputy.id)).text, 'he does already').to.include('GRANT_EXISTS');
    const over = { $set: { 'grants.$[lent].until': new Date(Date.now() - 1000) } };
    await accounts.accounts.updateOne({ _id: deputy.id }, over, { arrayFilters: [{ 'lent.standsInFor': absent.id }] });
    expect((await name(deputy.id)).status, 'the next leave').to.equal(201);
    expect(await lent()).to.equal(1);
    await leave(deputy);
    expect(await lent(), 'he is no cadre any more').to.equal(0);
    await accounts.accounts.updateOne({ _id: deputy.id }, { $set: { grants: [] } });
    const next = { role: 'cadre', level: 'village', regionCode: place };
    expect((await api.call('POST', `/v1/accounts/${deputy.id}/grants`, { as: operator, body: next })).status).to.equal(
      201,
    );
    expect((await name(deputy.id)).status).to.equal(201);
    await leave(absent);
    expect(await lent(), 'nobody is absent any more').to.equal(0);
  });
});
