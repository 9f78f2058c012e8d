import { expect } from 'chai';
import type { TestPerson } from '../support/api.ts';
import { byNumber } from '../support/by-number.ts';
import { useLiveApi } from '../support/live.ts';
import { addHousehold, bodyOf, dismissMatches, draftFor, ok, settle, until, upload } from '../support/needs.ts';
import { codeFor, textsOf } from '../support/sms.ts';

describe('codes by text message', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  const { post, visit, newPhone, code, wrong } = byNumber(api);

  describe('to sign in', () => {
    it('work once, and only the latest one', async () => {
      const { phone, id } = await api.person();
      await post('/v1/sessions/codes', { phone });
      const older = await codeFor(api, phone);
      await new Promise((resolve) => setTimeout(resolve, 2));
      await post('/v1/sessions/codes', { phone });
      const latest = await codeFor(api, phone);
      if (older !== latest)
        expect(code(await post('/v1/sessions/by-code', { phone, code: older }))).to.equal('422 CODE_WRONG');
      const session = await post('/v1/sessions/by-code', { phone, code: latest });
      expect(session.status, session.text).to.equal(201);
      expect(bodyOf<{ account: { id: string } }>(session).account.id).to.equal(id);
      expect(code(await post('/v1/sessions/by-code', { phone, code: latest }))).to.equal('422 CODE_WRONG');
    });

    it('are good for five tries, side by side too', async () => {
      const { phone } = await api.person();
      await post('/v1/sessions/codes', { phone });
      const right = await codeFor(api, phone);
      const tries = [1, 2, 3, 4, 5, 6].map(() => post('/v1/sessions/by-code', { phone, code: wrong(right) }));
      for (const answer of await Promise.all(tries)) expect(code(answer)).to.equal('422 CODE_WRONG');
      expect(code(await post('/v1/sessions/by-code', { phone, code: right }))).to.equal('422 CODE_WRONG');
    });

    it('tell nobody which phones are registered, and are sent to none that is not', async () => {
      const [known, unknown] = [(await api.person()).phone, newPhone()];
      const answers = [
        await post('/v1/sessions/codes', { phone: known }),
        await post('/v1/sessions/codes', { phone: unknown }),
      ];
      expect(answers.map(({ status, text: body }) => [status, body])).to.deep.equal([
        [202, '{"expiresIn":600}'],
        [202, '{"expiresIn":600}'],
      ]);
      expect(await textsOf(api, known)).to.have.length(1);
      expect(await textsOf(api, unknown)).to.deep.equal([]);
      for (let n = 0; n < 5; n += 1) await post('/v1/sessions/codes', { phone: unknown });
      expect(code(await post('/v1/sessions/codes', { phone: unknown }))).to.equal('429 TOO_MANY_REQUESTS');
      const stored = JSON.stringify(await api.deps.models.codes.codes.find().toArray());
      expect(stored).not.to.include(known).and.not.include(unknown);
    });
  });

  describe('for consent', () => {
    let helper: TestPerson;
    // Somebody must be there to review what is posted.
    before(() => settle(api));

    async function helped(phone?: string) {
      helper = await api.person({ grants: [{ role: 'helper', regionCode: '360735' }] });
      return addHousehold(api, { helperId: helper.id, ...(phone !== undefined && { phone }) });
    }
    const ask = (householdId: string, flags = { sensitive: true, guardian: true }) =>
      post(`/v1/households/${householdId}/consent-codes`, flags, helper);

    it('are the household’s word: told to the helper, kept as evidence, and good for what they said', async () => {
      const phone = newPhone();
      const household = await helped(phone);
      const asked = await ask(household.id);
      expect(asked.status, asked.text).to.equal(201);
      const { id } = bodyOf<{ id: string }>(asked);
      const [told = ''] = await textsOf(api, phone);
      expect(told).to.match(/^张\*\*想代您家在帮扶平台发布求助，并在审核中使用健康和贫困情况.*不影响您家的任何待遇。$/);
      const draft = async (reference: string) => {
        const photo = await upload(api, helper);
        const consent = { kind: 'smsCode', reference, givenOn: '2026-11-25', sensitive: true, guardian: true };
        const body = draftFor(household.id, [photo], { relation: 'helperCadre', consent });
        return bodyOf<{ id: string }>(await post('/v1/needs', body, helper)).id;
      };
      const needId = await draft(id);
      const send = () => api.call('POST', `/v1/needs/${needId}/submit`, { as: helper });
      expect(code(await send())).to.equal('422 CONSENT_UNKNOWN');
      const right = /验证码(\d{6})/.exec(told)?.[1] ?? '';
      expect(code(await post(`/v1/consents/${id}/confirm`, { code: wrong(right) }, helper))).to.equal('422 CODE_WRONG');
      const stranger = await api.person();
      expect((await post(`/v1/consents/${id}/confirm`, { code: right }, stranger)).status).to.equal(404);
      expect((await post(`/v1/consents/${id}/confirm`, { code: right }, helper)).status).to.equal(200);
      const stored = await api.deps.models.households.find(household.id);
      expect(stored?.consents.map(({ kind, reference }) => [kind, reference])).to.deep.equal([['sms', id]]);
      await dismissMatches(api, helper, needId);
      expect((await send()).status).to.equal(202);

      // What it takes back is good for nothing any more.
      const visitor = await visit(household.number, phone);
      await until(api, 'need', needId, 'underReview');
      await ok(api, visitor, `/v1/needs/${needId}/consent/revoke`);
      await until(api, 'need', needId, 'withdrawn');
      const [consent] = (await api.deps.models.households.find(household.id))?.consents ?? [];
      expect(consent?.revokedAt).to.be.instanceOf(Date);
      const again = await post(`/v1/needs/${await draft(id)}/submit`, {}, helper);
      expect(code(again)).to.equal('422 CONSENT_UNKNOWN');
    });

    it('let a neighbour post who is not of the household, for as long as it is the household’s own word', async () => {
      const phone = newPhone();
      const household = await addHousehold(api, { phone });
      helper = await api.person({ idNumber: `99010119880101${String(Math.random()).slice(2, 6)}` });
      const ask = (number: string, as = helper) =>
        post('/v1/consent-codes', { number, phone, sensitive: false, guardian: false }, as);
      expect(code(await ask(household.number, await api.person()))).to.equal('422 REAL_NAME_REQUIRED');
      // Nothing is learnt of a number and a phone that do not belong together.
      const sent = (await textsOf(api, phone)).length;
      const other = await ask((await addHousehold(api, { phone: newPhone() })).number);
      expect([other.status, (await textsOf(api, phone)).length]).to.deep.equal([202, sent]);
      const asked = await ask(household.number);
      expect([asked.status, Object.keys(asked.body as object)]).to.deep.equal([202, Object.keys(other.body as object)]);
      const { id } = bodyOf<{ id: string }>(asked);
      const draft = async (reference: string, relation = 'neighbour', as = helper) => {
        const consent = { kind: 'smsCode', reference, givenOn: '2026-11-25', sensitive: false, guardian: false };
        const body = draftFor(household.id, [await upload(api, as)], { relation, consent });
        return post('/v1/needs', body, as);
      };
      expect(code(await draft(id))).to.equal('403 HOUSEHOLD_NOT_YOURS');
      const right = await codeFor(api, phone);
      expect((await post(`/v1/consents/${id}/confirm`, { code: right }, helper)).status).to.equal(200);
      expect(code(await draft(id, 'villageCadre'))).to.equal('403 HOUSEHOLD_NOT_YOURS');
      expect(code(await draft(id, 'neighbour', await api.person()))).to.equal('403 HOUSEHOLD_NOT_YOURS');
      const made = await draft(id);
      expect(made.status, made.text).to.equal(201);
      const needId = bodyOf<{ id: string }>(made).id;
      await dismissMatches(api, helper, needId);
      expect((await api.call('POST', `/v1/needs/${needId}/submit`, { as: helper })).status).to.equal(202);
      await until(api, 'need', needId, 'underReview');
    });

    it('cannot be had from a household without a phone, nor from one’s own', async () => {
      const silent = await helped();
      await api.deps.models.households.households.updateOne({ _id: silent.id }, { $set: { erasedAt: new Date() } });
      expect(code(await ask(silent.id))).to.match(/^(?:410 GONE|422 HOUSEHOLD_WITHOUT_PHONE)$/);
      const household = await helped();
      const personal = { head: { phone: helper.phone }, members: [] };
      const place = { collection: 'households', id: household.id, field: 'sealed' };
      const sealed = api.deps.crypto.fields.seal(place, personal);
      await api.deps.models.households.households.updateOne({ _id: household.id }, { $set: { sealed } });
      expect(code(await ask(household.id))).to.equal('403 CONSENT_BY_OWN_PHONE');
    });
  });
});
