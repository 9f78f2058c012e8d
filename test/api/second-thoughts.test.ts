import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import {
  bodyOf,
  draftFor,
  ok,
  publish,
  settle,
  submit,
  until,
  upload,
  VILLAGE,
  type Village,
} from '../support/needs.ts';

/** What is decided again, or otherwise than the first reviewer had in mind: each through the API, as people send it. */
describe('second thoughts about a need', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  before(async () => {
    village = await settle(api);
  });
  const newHome = async (): Promise<Village> => {
    const { household, publisher } = await settle(api);
    return { ...village, household, publisher };
  };
  const pinned = async (needId: string): Promise<boolean> => {
    const seen = await api.call('GET', `/v1/needs/${needId}`, { as: village.publisher });
    return bodyOf<{ pinned: boolean }>(seen).pinned;
  };
  async function eventually(holds: () => Promise<boolean>): Promise<void> {
    for (let waited = 0; waited < 8_000; waited += 50) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('never');
  }
  const code = async (as: TestPerson, path: string, body: object = {}): Promise<string> =>
    bodyOf<{ code?: string }>(await api.call('POST', path, { as, body })).code ?? 'none';

  it('pins it for some days and lets it down again: the county, once each', async () => {
    const needId = await publish(api, await newHome());
    const path = `/v1/needs/${needId}`;
    expect(await code(village.townCadre, `${path}/pin`, { days: 3 })).to.equal('NOT_PERMITTED');
    await ok(api, village.countyCadre, `${path}/pin`, { days: 3 });
    expect(await pinned(needId)).to.equal(true);
    expect(await code(village.countyCadre, `${path}/pin`, { days: 3 })).to.equal('ALREADY_DONE');
    await ok(api, village.operator, `${path}/unpin`);
    expect(await pinned(needId)).to.equal(false);
    expect(await code(village.countyCadre, `${path}/unpin`)).to.equal('ALREADY_DONE');
  });

  it('hears of units that were claimed a moment before, though their pledge’s case has not told yet', async () => {
    const needId = await publish(api, await newHome());
    const need = await api.deps.models.needs.find(needId);
    const lines = (need?.lines ?? []).map(({ id: lineId, quantity }) => ({ lineId, quantity }));
    expect(await api.deps.models.needs.reserve({ needId, lines })).to.include({ stage: 'published' });
    await ok(api, village.countyCadre, `/v1/needs/${needId}/pin`, { days: 3 });
    await until(api, 'need', needId, 'matched');
  });

  it('takes an approval back before the first claim, by the approver alone, and it is reviewed again', async () => {
    const needId = await publish(api, await newHome());
    const path = `/v1/needs/${needId}/revoke`;
    const body = { reasonCode: 'checking', reason: '有一处情况需要再核实一下' };
    const colleague = await api.cadre('village', VILLAGE);
    expect(await code(colleague, path, body)).to.equal('NOT_PERMITTED');
    await ok(api, village.villageCadre, path, body);
    await until(api, 'need', needId, 'underReview');
    const record = await api.deps.models.cases.find('need', needId);
    expect(record?.state).to.have.nested.property('review.of', 'revoked');
    expect((await api.call('GET', `/v1/needs/${needId}`, { as: village.publisher })).status).to.equal(404);
    await ok(api, colleague, `/v1/needs/${needId}/approve`, {});
    await until(api, 'need', needId, 'published');
  });

  it('lets the hold of a claim that was made in the moment of the revocation stand still until the need is public again', async () => {
    const needId = await publish(api, await newHome());
    const { gateway, models } = api.deps;
    const { dispatch } = gateway;
    // The claim is kept, and its case comes later: the need's own has not heard of it.
    gateway.dispatch = () => Promise.resolve();
    const body = { whole: true, delivery: 'villagePoint' };
    const claimed = await api.call('POST', `/v1/needs/${needId}/claims`, { as: await api.donor(), body });
    gateway.dispatch = dispatch;
    const pledgeId = bodyOf<{ id: string }>(claimed).id;
    // The route looked a moment before.
    const { villageCadre: approver } = village;
    const revoked = await gateway.send({
      ...{ commandId: uuidv7(), caseType: 'need', caseId: needId, name: 'revoke' },
      actor: { id: approver.id, role: 'cadre', level: 'village', regionCode: VILLAGE },
      data: { reasonCode: 'checking' },
    });
    expect(revoked.status).to.equal('applied');
    const sent = async (name: string) => models.commands.commands.findOne({ caseId: pledgeId, name });
    const opening = await sent('hold');
    if (opening === null) throw new Error('the claim left no command');
    await dispatch(opening);
    await until(api, 'pledge', pledgeId, 'held');
    const paused = await sent('pauseHold');
    if (paused === null) throw new Error('nobody tells the hold to stand still');
    // What could not be sent before there was a case, the sweeper sends.
    await dispatch(paused);
    const clock = async () => Object.keys((await models.cases.find('pledge', pledgeId))?.state.clock ?? {});
    await eventually(async () => (await clock()).includes('endPause'));
    await ok(api, approver, `/v1/needs/${needId}/approve`, {});
    await eventually(async () => (await clock()).includes('lapse'));
    expect(await clock()).to.deep.equal(['lapse']);
  });

  it('revokes nothing that somebody has claimed', async () => {
    const needId = await publish(api, await newHome());
    const body = { whole: true, delivery: 'villagePoint' };
    const claimed = await api.call('POST', `/v1/needs/${needId}/claims`, { as: await api.donor(), body });
    await until(api, 'pledge', bodyOf<{ id: string }>(claimed).id, 'held');
    await until(api, 'need', needId, 'matched');
    const doubt = { reasonCode: 'checking', reason: '有一处情况需要再核实一下' };
    expect(await code(village.villageCadre, `/v1/needs/${needId}/revoke`, doubt)).to.equal('NOT_ALLOWED_IN_STAGE');
  });

  it('publishes again what the county took down, with the life that was left', async () => {
    const needId = await publish(api, await newHome());
    const path = `/v1/needs/${needId}`;
    const expiry = async () => (await api.deps.models.needs.find(needId))?.expiresAt?.getTime() ?? 0;
    const before = await expiry();
    await ok(api, village.countyCadre, `${path}/take-down`, { reasonCode: 'checking', reason: '有人反映，先下架核对' });
    await until(api, 'need', needId, 'takenDown');
    expect(await code(village.townCadre, `${path}/restore`)).to.equal('NOT_PERMITTED');
    await ok(api, village.countyCadre, `${path}/restore`);
    await until(api, 'need', needId, 'published');
    expect(await expiry())
      .to.be.at.least(before)
      .and.below(before + 60_000);
  });

  it('asks the level above, whose advice comes back to the one who asked', async () => {
    const needId = await submit(api, await newHome());
    await until(api, 'need', needId, 'underReview');
    const path = `/v1/needs/${needId}`;
    await ok(api, village.villageCadre, `${path}/escalate`, { reason: '家里情况复杂，请乡里看一看' });
    const asked = await api.call('GET', '/v1/work-list/reviews?box=advice&limit=100', { as: village.townCadre });
    expect(asked.text).to.include(needId);
    expect(await code(village.townCadre, `${path}/approve`)).to.equal('ADVICE_PENDING');
    const advice = { advice: 'approve', reason: '已电话核实，情况属实，可以通过' };
    expect(await code(village.villageCadre, `${path}/advise`, advice)).to.equal('NOT_YOUR_LEVEL');
    await ok(api, village.townCadre, `${path}/advise`, advice);
    const full = await api.call('GET', `${path}/full`, { as: village.villageCadre });
    const { review } = bodyOf<{ review: { level: string; advice: string; askedByLevel: string | null } }>(full);
    expect(review).to.include({ level: 'village', advice: 'approve', askedByLevel: null });
    await ok(api, village.villageCadre, `${path}/approve`, {});
    await until(api, 'need', needId, 'published');
  });

  it('lets a refused publisher appeal once, to the level above', async () => {
    const home = await newHome();
    const needId = await submit(api, home);
    await until(api, 'need', needId, 'underReview');
    const path = `/v1/needs/${needId}`;
    const refusal = { reasonCode: 'notEligible', reason: '经核实不符合帮扶条件' };
    await ok(api, village.villageCadre, `${path}/refuse`, refusal);
    const appeal = { reason: '证明材料可以当面出示，请重新审核' };
    expect(await code(await api.donor(), `${path}/appeal`, appeal)).to.equal('NOT_FOUND');
    await ok(api, home.publisher, `${path}/appeal`, appeal);
    await until(api, 'need', needId, 'underReview');
    expect(await code(village.villageCadre, `${path}/approve`)).to.equal('NOT_YOUR_LEVEL');
    await ok(api, village.townCadre, `${path}/refuse`, refusal);
    await until(api, 'need', needId, 'refused');
    expect(await code(home.publisher, `${path}/appeal`, appeal)).to.equal('ALREADY_DONE');
  });

  it('reviews again what its publisher edits, and shows the new words only then', async () => {
    const home = await newHome();
    const needId = await publish(api, home);
    const path = `/v1/needs/${needId}`;
    const photo = await upload(api, home.publisher);
    const { householdId: _household, relation: _relation, ...content } = draftFor(home.household.id, [photo]);
    const edited = { ...content, details: `${content.details}补充：什么时候送到都可以。` };
    expect(await code(village.villageCadre, `${path}/edit`, edited)).to.equal('NOT_PERMITTED');
    const answer = await api.call('POST', `${path}/edit`, { as: home.publisher, body: edited });
    expect(answer.status, answer.text).to.equal(200);
    await until(api, 'need', needId, 'underReview');
    expect((await api.call('GET', path, { as: home.publisher })).status).to.equal(404);
    await ok(api, village.villageCadre, `${path}/approve`, {});
    await until(api, 'need', needId, 'published');
    const seen = await api.call('GET', path, { as: home.publisher });
    expect(bodyOf<{ details: string }>(seen).details).to.include('什么时候送到都可以');
  });

  it('takes an office away: he decides no more, and what waited for him alone goes up', async () => {
    const place = '360735100216';
    const alone = await api.cadre('village', place);
    const { grants } = (await api.deps.models.accounts.find(alone.id)) ?? { grants: [] };
    const home = await newHome();
    const { regionPath } = (await api.deps.models.households.find(home.household.id)) ?? { regionPath: [] };
    await api.deps.models.households.households.updateOne(
      { _id: home.household.id },
      { $set: { villageCode: place, regionPath: [...regionPath.slice(0, 4), place] } },
    );
    const needId = await submit(api, home);
    await until(api, 'need', needId, 'underReview');
    const path = `/v1/accounts/${alone.id}/grants/${grants[0]?.id ?? ''}`;
    expect((await api.call('DELETE', path, { as: village.countyCadre })).status).to.equal(403);
    const taken = await api.call('DELETE', path, { as: village.operator });
    expect([taken.status, bodyOf<{ grants: object[] }>(taken).grants]).to.deep.equal([200, []]);
    expect((await api.call('DELETE', path, { as: village.operator })).status).to.equal(404);
    expect(await code(alone, `/v1/needs/${needId}/approve`)).to.be.oneOf([
      'NOT_PERMITTED',
      'NOT_FOUND',
      'TOKEN_REVOKED',
    ]);
    const level = async () => (await api.deps.models.needs.find(needId))?.reviewLevel;
    for (let tries = 0; tries < 100 && (await level()) !== 'township'; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await level()).to.equal('township');
    await ok(api, village.townCadre, `/v1/needs/${needId}/approve`, {});
  });
});
