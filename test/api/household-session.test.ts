import { expect } from 'chai';
import { HOUSEHOLD_ROUTES } from '../../api/household-routes.ts';
import { allRoutes } from '../../api/registry.ts';
import type { NeedState } from '../../domain/need/types.ts';
import { maskPhone } from '../../domain/people/masking.ts';
import type { TestPerson } from '../support/api.ts';
import { byNumber } from '../support/by-number.ts';
import { useLiveApi } from '../support/live.ts';
import { addHousehold, bodyOf, draftFor, ok, publish, settle, submit, until, type Village } from '../support/needs.ts';
import { text, textsOf } from '../support/sms.ts';

describe('codes by text message, for a household without an account', function () {
  this.timeout(60_000);
  /** Cases that begin while it is set live through a day in two seconds. */
  let hasty = false;
  const api = useLiveApi((policy) =>
    hasty
      ? {
          ...policy,
          shared: { ...policy.shared, jitterMs: 0, time: { dayMs: 2_000, workingDays: 'every' } },
          need: { ...policy.need, outcomeDays: [1, 30, 180] },
        }
      : policy,
  );
  afterEach(() => {
    hasty = false;
  });
  const { post, visit, newPhone, code } = byNumber(api);

  const stateOf = async (needId: string): Promise<NeedState | undefined> =>
    (await api.deps.models.cases.find('need', needId))?.state as NeedState | undefined;

  let village: Village;
  let phone: string;
  let visitor: TestPerson;

  before(async () => {
    phone = newPhone();
    ({ village, visitor } = await alone(phone));
  });

  /** A household with this phone, and its session. */
  async function alone(own: string): Promise<{ village: Village; visitor: TestPerson }> {
    const settled = await settle(api);
    const household = await addHousehold(api, { phone: own });
    const publisher = await api.person({ householdId: household.id });
    return { village: { ...settled, household, publisher }, visitor: await visit(household.number, own) };
  }

  it('need the number and the phone of one household, and say nothing when they are of two', async () => {
    const other = await addHousehold(api, { phone: newPhone() });
    const before = (await textsOf(api, phone)).length;
    const asked = await post('/v1/household-sessions/codes', { number: other.number, phone });
    expect([asked.status, asked.text]).to.deep.equal([202, '{"expiresIn":600}']);
    expect(await textsOf(api, phone)).to.have.length(before);
    const guess = await post('/v1/household-sessions', { number: other.number, phone, code: '123456' });
    expect(code(guess)).to.equal('422 CODE_WRONG');
  });

  it('open exactly the recipient’s routes', async () => {
    const known = new Set(allRoutes.map(({ operationId }) => operationId));
    for (const operationId of HOUSEHOLD_ROUTES) expect(known, operationId).to.include(operationId);
    for (const path of ['/v1/me', '/v1/inbox', '/v1/my/pledges', `/v1/households/${village.household.id}`]) {
      expect(code(await api.call('GET', path, { as: visitor })), path).to.equal('403 NOT_PERMITTED');
    }
    const draft = draftFor(village.household.id, []);
    expect(code(await post('/v1/needs', draft, visitor))).to.equal('403 NOT_PERMITTED');
  });

  it('let it see what was posted for it and why it waits, and withdraw it by itself', async () => {
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const mine = await api.call('GET', '/v1/my/needs', { as: visitor });
    expect(bodyOf<{ items: { id: string }[] }>(mine).items.map(({ id }) => id)).to.deep.equal([needId]);
    const why = await api.call('GET', `/v1/needs/${needId}/why-waiting`, { as: visitor });
    expect(why.text).to.include('求助正在审核');
    await text(api, phone, '进度');
    expect((await textsOf(api, phone))[0]).to.match(/《冬天需要两床棉被》求助正在审核，现在等待村干部处理/);
    const theirs = newPhone();
    const neighbour = await addHousehold(api, { phone: theirs });
    const stranger = await visit(neighbour.number, theirs);
    expect((await post(`/v1/needs/${needId}/withdraw`, {}, stranger)).status).to.equal(404);
    await ok(api, visitor, `/v1/needs/${needId}/withdraw`, {});
    await until(api, 'need', needId, 'withdrawn');
    const [trace] = await api.deps.models.audit.of(village.household.id, 1);
    expect(trace?.action).to.equal('need.withdraw');
  });

  it('let it fetch its parcel, dispute, thank and answer by text message', async () => {
    const needId = await publish(api, village);
    const donor = await api.donor();
    const body = { whole: true, delivery: 'villagePoint' };
    const claimed = await api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body });
    const { id: pledgeId } = bodyOf<{ id: string }>(claimed);
    await until(api, 'pledge', pledgeId, 'held');
    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, { courier: '邮政', trackingNumber: 'EMS123456789' });
    const pledges = await api.call('GET', `/v1/needs/${needId}/pledges`, { as: visitor });
    expect(bodyOf<{ items: { id: string }[] }>(pledges).items.map(({ id }) => id)).to.deep.equal([pledgeId]);
    expect(pledges.text).not.to.include(donor.id);
    expect((await api.call('GET', `/v1/pledges/${pledgeId}/pickup-code`, { as: visitor })).status).to.equal(200);
    await ok(api, visitor, `/v1/pledges/${pledgeId}/confirm`, {});
    await until(api, 'need', needId, 'following');
    await ok(api, visitor, `/v1/needs/${needId}/thanks`, { text: '谢谢好心人，被子很暖和' });
    const rated = await post(`/v1/pledges/${pledgeId}/ratings`, { stars: 4 }, donor);
    expect(rated.status, rated.text).to.equal(201);
    expect((await textsOf(api, phone))[0]).to.match(/您家的需求《冬天需要两床棉被》，爱心人士给了4星评价/);
    await text(api, phone, '1');
    expect((await textsOf(api, phone))[0]).to.match(/没有等待您回答的回访问题/);
    await ok(api, visitor, `/v1/needs/${needId}/news`, { text: '被子已经铺上了，老人睡得暖和' });
    const complain = (body: object) =>
      post('/v1/complaints', { kind: 'unfair', text: '村干部收了被子三天才通知我们去取', ...body }, visitor);
    for (const about of [
      { about: 'need', needId },
      { about: 'pledge', pledgeId },
    ]) {
      const made = await complain(about);
      expect(made.status, made.text).to.equal(201);
      const { id } = bodyOf<{ id: string }>(made);
      await until(api, 'complaint', id, 'handling');
      expect((await api.call('GET', `/v1/complaints/${id}`, { as: village.villageCadre })).status).to.equal(404);
      expect((await api.call('GET', `/v1/complaints/${id}`, { as: visitor })).status).to.equal(200);
    }
    expect(code(await complain({ about: 'platform' }))).to.equal('403 NOT_PERMITTED');
    expect((await api.call('GET', '/v1/my/data-accesses', { as: visitor })).status).to.equal(200);
    expect((await api.call('GET', `/v1/needs/${needId}/endorsements/full`, { as: visitor })).status).to.equal(200);
  });

  it('show it exactly what the public will see, to approve; two text messages take its consent back', async () => {
    const own = newPhone();
    const { village: place, visitor: household } = await alone(own);
    const needId = await submit(api, place);
    await until(api, 'need', needId, 'underReview');
    interface Preview {
      readonly revisionId: string;
      readonly approvedAt: string | null;
      readonly revokedAt: string | null;
      readonly need: { readonly lines: readonly { readonly id: string }[] };
    }
    const preview = async (as = household) =>
      bodyOf<Preview>(await api.call('GET', `/v1/needs/${needId}/preview`, { as }));
    const before = await preview();
    expect(before).to.include({ approvedAt: null, revokedAt: null });
    const consent = (revisionId: string) => post(`/v1/needs/${needId}/consent`, { revisionId }, household);
    expect(code(await consent(needId))).to.equal('409 PREVIEW_OUTDATED');
    expect((await consent(before.revisionId)).status).to.equal(200);
    expect((await preview()).approvedAt).to.be.a('string');
    await ok(api, place.villageCadre, `/v1/needs/${needId}/approve`, {});
    const seen = bodyOf<object>(await api.call('GET', `/v1/needs/${needId}`, { as: place.villageCadre }));
    const { publishedAt: _at, expiresAt: _until, ...shown } = seen as Record<string, unknown>;
    expect(before.need).to.deep.include(shown);
    expect(Object.keys(before.need)).to.have.members(Object.keys(seen));
    expect((await post(`/v1/needs/${needId}/consent/revoke`, {}, await api.donor())).status).to.equal(404);

    const one = { lines: [{ lineId: before.need.lines[0]?.id, quantity: 1 }], delivery: 'villagePoint' };
    const claim = async () => post(`/v1/needs/${needId}/claims`, one, await api.donor());
    const claimed = await claim();
    expect(claimed.status, claimed.text).to.equal(201);
    await until(api, 'pledge', bodyOf<{ id: string }>(claimed).id, 'held');
    // The need hears of the first claim a moment later.
    for (let tries = 0; tries < 160 && (await stateOf(needId))?.progress.committed !== 'part'; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await text(api, own, '不同意');
    expect((await textsOf(api, own))[0]).to.match(/^要收回对公开求助《冬天需要两床棉被》的同意吗/);
    await text(api, own, '确认不同意');
    await until(api, 'need', needId, 'paused');
    for (const as of [null, place.publisher, place.villageCadre]) {
      expect((await api.call('GET', `/v1/needs/${needId}`, { as })).status).to.equal(404);
    }
    expect((await claim()).status).to.be.oneOf([404, 409]);
    expect(code(await post(`/v1/needs/${needId}/unpause`, {}, place.villageCadre))).to.equal('409 CONSENT_REVOKED');
    const { revokedAt } = await preview(place.publisher);
    const stored = await api.deps.models.households.find(place.household.id);
    expect(stored?.consents.map(({ kind, revokedAt: at }) => [kind, at?.toISOString()])).to.deep.equal([
      ['preview', revokedAt],
    ]);

    expect((await consent(before.revisionId)).status).to.equal(200);
    expect((await api.call('GET', `/v1/needs/${needId}`, { as: place.villageCadre })).status).to.equal(200);
  });

  it('let it appeal against its own score, and object once, as an account does; about nobody’s but its own', async () => {
    const { village: place, visitor: household } = await alone(newPhone());
    const appeal = (body: object) =>
      post('/v1/complaints', { kind: 'unfair', text: '这一分扣得不对，请核实。', ...body }, household);
    const other = await appeal({ about: 'platform' });
    expect([code(other), other.text.includes('/body/about')]).to.deep.equal(['403 NOT_PERMITTED', true]);
    expect(code(await appeal({ about: 'score', score: 'donor' }))).to.equal('400 INVALID_REQUEST');
    const made = await Promise.all([appeal({ about: 'score' }), appeal({ about: 'score' })]);
    expect(made.map(({ status }) => status).sort()).to.deep.equal([201, 409]);
    const { id } = bodyOf<{ id: string }>(made.find(({ status }) => status === 201) ?? other);
    await until(api, 'complaint', id, 'handling');
    const mine = await api.call('GET', '/v1/my/complaints', { as: household });
    expect(mine.text).to.include(id).and.include(`household:${place.household.id}`);
    const seen = await api.call('GET', `/v1/complaints/${id}`, { as: place.townCadre });
    expect(bodyOf<{ complainant: object }>(seen).complainant).to.deep.equal({
      publicName: '赖**',
      maskedPhone: maskPhone(household.phone),
    });
    const kin = await api.person({
      householdId: place.household.id,
      grants: [{ role: 'cadre', level: 'township', regionCode: '360735100' }],
    });
    const ruling = { reasonCode: 'notFounded', reason: '核对记录，扣分没有错' };
    expect(code(await post(`/v1/complaints/${id}/dismiss`, ruling, kin))).to.equal('403 OWN_COMPLAINT');
    await ok(api, place.townCadre, `/v1/complaints/${id}/dismiss`, ruling);
    await ok(api, household, `/v1/complaints/${id}/object`, { reason: '没有人来问过我们' });
    await ok(api, household, `/v1/complaints/${id}/withdraw`);
  });

  it('withdraw a live need by two text messages, and dispute a parcel that the county then rules on', async () => {
    const own = newPhone();
    const { village: place, visitor: household } = await alone(own);
    const needId = await publish(api, place);
    await text(api, own, '撤回');
    expect((await textsOf(api, own))[0]).to.match(/^要撤回求助《冬天需要两床棉被》吗/);
    await text(api, own, '确认撤回');
    await until(api, 'need', needId, 'withdrawn');
    expect((await textsOf(api, own)).join()).to.match(/求助《冬天需要两床棉被》已撤回|正在办理/);
    const events = await api.deps.models.events.of('need', needId);
    const { actor } = events.find(({ type }) => type === 'needWithdrawn') ?? {};
    expect(actor).to.deep.include({ id: place.household.id, role: 'household' });

    const disputed = await publish(api, place);
    const donor = await api.donor();
    const body = { whole: true, delivery: 'villagePoint' };
    const claimed = await api.call('POST', `/v1/needs/${disputed}/claims`, { as: donor, body });
    const { id: pledgeId } = bodyOf<{ id: string }>(claimed);
    await until(api, 'pledge', pledgeId, 'held');
    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, { courier: '邮政', trackingNumber: 'EMS987654321' });
    const reason = { reasonCode: 'notArrived', reason: '一直没有收到包裹' };
    await ok(api, household, `/v1/pledges/${pledgeId}/dispute`, reason);
    await until(api, 'pledge', pledgeId, 'disputed');
    const seen = await api.call('GET', `/v1/pledges/${pledgeId}`, { as: household });
    expect(bodyOf<{ why: string }>(seen).why).to.match(/不同说法，正在核实，现在等待县级干部处理/);
    await ok(api, place.countyCadre, `/v1/pledges/${pledgeId}/rulings/received`, { reason: '已核实由服务点签收' });
    await until(api, 'need', disputed, 'following');
  });

  it('answer the first question by one figure, through to the case', async () => {
    const own = newPhone();
    const { village: place, visitor: household } = await alone(own);
    hasty = true;
    const needId = await publish(api, place);
    const donor = await api.donor();
    const body = { whole: true, delivery: 'faceToFace' };
    const claimed = await api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body });
    const { id: pledgeId } = bodyOf<{ id: string }>(claimed);
    await until(api, 'pledge', pledgeId, 'held');
    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, {});
    await ok(api, household, `/v1/pledges/${pledgeId}/confirm`, {});
    await until(api, 'need', needId, 'following');
    const happened = async (type: string) => {
      for (let tries = 0; tries < 160; tries += 1) {
        const event = (await api.deps.models.events.of('need', needId)).find((one) => one.type === type);
        if (event !== undefined) return event;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`${type} never happened`);
    };
    await happened('outcomeAsked');
    await text(api, own, '好');
    expect((await happened('outcomeAnswered')).data).to.deep.include({ question: 1, answer: 'good' });
  });

  it('end when the register has another phone', async () => {
    const own = newPhone();
    const household = await addHousehold(api, { phone: own });
    const session = await visit(household.number, own);
    expect((await api.call('GET', '/v1/my/needs', { as: session })).status).to.equal(200);
    const moved = { $set: { phoneIndex: api.deps.crypto.index.of('phone', newPhone()) } };
    await api.deps.models.households.households.updateOne({ _id: household.id }, moved);
    await new Promise((resolve) => setTimeout(resolve, 950));
    expect(code(await api.call('GET', '/v1/my/needs', { as: session }))).to.equal('401 SESSION_ENDED');
  });
});
