import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import { FROZEN_ROUTES } from '../../api/frozen-routes.ts';
import { allRoutes } from '../../api/registry.ts';
import { PASSWORD, type Answer, type TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, COUNTY, ok, TOWNSHIP, until, VILLAGE } from '../support/needs.ts';

const REASON = '有人反映冒名登记，正在核实';
const TEXT = '冻结前没有人找我了解情况，登记的材料都在村里，可以核对。';

describe('Somebody whose account is frozen', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let town: TestPerson;
  before(async () => {
    town = await api.cadre('township', TOWNSHIP);
  });

  const codeOf = (answer: Answer) => `${answer.status} ${bodyOf<{ code?: string } | null>(answer)?.code ?? ''}`;
  const comeIn = (phone: string, password = PASSWORD): Promise<Answer> =>
    api.call('POST', '/v1/sessions/frozen', { as: null, body: { phone, password } });

  /** Frozen by that one; his own session of half an hour. */
  async function frozen(person: TestPerson, by: TestPerson): Promise<TestPerson> {
    await ok(api, by, `/v1/accounts/${person.id}/freeze`, { reason: REASON });
    const session = await comeIn(person.phone);
    expect(session.status, session.text).to.equal(201);
    return { ...person, token: bodyOf<{ accessToken: string }>(session).accessToken };
  }

  it('comes in by phone and password for this alone, and as usual once he is let go', async () => {
    const person = await api.cadre('village', VILLAGE);
    expect(codeOf(await comeIn(person.phone))).to.equal('409 ACCOUNT_NOT_FROZEN');
    const shut = await frozen(person, town);
    expect(codeOf(await comeIn(person.phone, 'wrong-Password-1'))).to.equal('401 WRONG_CREDENTIALS');
    const usual = () =>
      api.call('POST', '/v1/sessions', { as: null, body: { phone: person.phone, password: PASSWORD } });
    expect(codeOf(await usual())).to.equal('403 ACCOUNT_FROZEN');
    expect(codeOf(await api.call('GET', '/v1/my/freeze', { as: person })), 'an old token').to.equal(
      '403 ACCOUNT_FROZEN',
    );
    const why = await api.call('GET', '/v1/my/freeze', { as: shut });
    expect(bodyOf<object>(why)).to.deep.include({
      ...{ reason: REASON, by: 'township' },
      contest: { about: 'office', level: 'township', regionCode: TOWNSHIP },
    });
    await ok(api, town, `/v1/accounts/${person.id}/unfreeze`);
    await new Promise((resolve) => setTimeout(resolve, 950));
    for (const path of ['/v1/my/freeze', '/v1/me']) {
      expect(codeOf(await api.call('GET', path, { as: shut })), path).to.equal('401 SESSION_ENDED');
    }
    expect((await usual()).status).to.equal(201);
  });

  it('is refused everywhere else, and is a visitor where anybody may look', async () => {
    const shut = await frozen(
      await api.person({ grants: [{ role: 'operator' }, { role: 'cadre', level: 'county', regionCode: COUNTY }] }),
      await api.operator(),
    );
    for (const id of FROZEN_ROUTES) {
      const route = allRoutes.find(({ operationId }) => operationId === id);
      expect(route?.access, id).to.have.property('signedIn', true);
    }
    for (const route of allRoutes) {
      if ('public' in route.access || route.operationId === 'signOut') continue;
      const path = route.path.replaceAll(/\{\w+\}/g, () => uuidv7());
      const told = codeOf(await api.call(route.method.toUpperCase(), path, { as: shut }));
      const open = FROZEN_ROUTES.has(route.operationId);
      if (open) expect(told, route.operationId).to.not.match(/^403|^401|^5/);
      else expect(told, route.operationId).to.equal('403 ACCOUNT_FROZEN');
    }
    const listed = await api.call('GET', `/v1/needs?region=${VILLAGE}`, { as: shut });
    expect(listed.text).to.equal((await api.call('GET', `/v1/needs?region=${VILLAGE}`, { as: null })).text);
  });

  it('complains about the freeze alone, to the level above; who froze him never sees it', async () => {
    const shut = await frozen(await api.cadre('village', VILLAGE), town);
    const complain = (about: object) =>
      api.call('POST', '/v1/complaints', { as: shut, body: { kind: 'unfair', text: TEXT, ...about } });
    for (const about of [
      { about: 'platform' },
      { about: 'account', accountId: town.id },
      { about: 'office', level: 'village', regionCode: VILLAGE },
      { about: 'score' },
    ]) {
      expect(codeOf(await complain(about)), JSON.stringify(about)).to.equal('403 ACCOUNT_FROZEN');
    }
    const county = await api.cadre('county', COUNTY);
    const made = await complain({ about: 'office', level: 'township', regionCode: TOWNSHIP });
    expect(made.status, made.text).to.equal(201);
    const { id } = bodyOf<{ id: string }>(made);
    await until(api, 'complaint', id, 'handling');
    expect((await api.deps.models.complaints.find(id))?.handlingLevel).to.equal('county');
    const see = async (as: TestPerson) => (await api.call('GET', `/v1/complaints/${id}`, { as })).status;
    expect([await see(town), await see(county), await see(shut)]).to.deep.equal([404, 200, 200]);
    await ok(api, county, `/v1/complaints/${id}/dismiss`, { reasonCode: 'notFounded', reason: '已核实，材料不全' });
    expect((await api.call('GET', `/v1/complaints/${id}/timeline`, { as: shut })).text).to.include('材料不全');

    // Of the platform: no operator handles a complaint about what he did himself.
    const [operator, other] = [await api.operator(), await api.operator()];
    const donor = await frozen(await api.donor(), operator);
    const body = { kind: 'unfair', text: TEXT, about: 'platform' };
    const about = bodyOf<{ id: string }>(await api.call('POST', '/v1/complaints', { as: donor, body })).id;
    await until(api, 'complaint', about, 'handling');
    const seen = async (as: TestPerson) => (await api.call('GET', `/v1/complaints/${about}`, { as })).status;
    expect([await seen(operator), await seen(other)]).to.deep.equal([404, 200]);
  });

  it('asks for a copy of his data, and to be erased', async () => {
    const shut = await frozen(await api.donor(), await api.operator());
    const ask = (path: string, password = PASSWORD) => api.call('POST', path, { as: shut, body: { password } });
    expect(codeOf(await ask('/v1/my/data-exports', 'wrong-Password-1'))).to.equal('401 WRONG_CREDENTIALS');
    const copy = await ask('/v1/my/data-exports');
    expect(copy.status, copy.text).to.equal(202);
    const path = `/v1/my/data-exports/${bodyOf<{ id: string }>(copy).id}`;
    expect((await api.call('GET', path, { as: shut })).status).to.equal(200);
    expect((await ask('/v1/my/erasure')).status).to.equal(202);
    expect((await api.call('GET', '/v1/my/erasure', { as: shut })).status).to.equal(200);
    expect((await api.call('DELETE', '/v1/my/erasure', { as: shut })).status).to.equal(200);
  });
});
