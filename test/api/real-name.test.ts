import { expect } from 'chai';
import { checkCharacter } from '../../domain/people/id-number.ts';
import type { IdentityAnswer, IdentityClaim, IdentityRegister } from '../../infra/providers/identity/index.ts';
import { addHousehold } from '../support/needs.ts';
import { PASSWORD, useApi, type Answer, type TestPerson } from '../support/api.ts';

const VILLAGE = '360735100223';
const TOWNSHIP = '360735100';
/** Fictional, with its check character; of this file's own people. */
const fictional = (n: number): string => {
  const digits = `99448819600115${100 + n}`;
  return digits + checkCharacter(digits);
};

describe('A real name', () => {
  const asked: IdentityClaim[] = [];
  let says: () => Promise<IdentityAnswer>;
  const identity: IdentityRegister = {
    name: 'test',
    check(claim) {
      asked.push(claim);
      return says();
    },
  };
  const api = useApi({ deps: () => ({ identity }) });
  const codeOf = ({ status, body }: Answer) => [status, (body as { code?: string }).code];
  let made = 0;

  async function register(answer: () => Promise<IdentityAnswer>, change: object = {}) {
    says = answer;
    made += 1;
    const idNumber = fictional(made);
    const phone = `1371234${1000 + made}`;
    const body = { kind: 'person', name: '李明', phone, password: PASSWORD, homeRegion: VILLAGE, idNumber, ...change };
    const answered = await api.call('POST', '/v1/accounts', { body });
    expect(answered.status, answered.text).to.equal(201);
    const account = answered.body as { id: string; realNamed: boolean };
    const token = await api.app.services.sessions.pageToken(account.id, 'api', 3600);
    return { ...account, phone, token, idNumber };
  }
  const saying = (answer: IdentityAnswer) => () => Promise.resolve(answer);
  const away = (): Promise<IdentityAnswer> => Promise.reject(new Error('away'));
  const apply = (as: TestPerson & { idNumber: string }) =>
    api.call('POST', '/v1/applications', {
      as,
      body: {
        level: 'village',
        regionCode: VILLAGE,
        name: '李明',
        idNumber: as.idNumber,
        statement: '在村里工作了十年，熟悉每一户人家的情况，愿意为大家服务。',
      },
    });
  const again = (as: TestPerson) => api.call('POST', '/v1/me/real-name-checks', { as });
  const confirm = (as: TestPerson, accountId: string, body: object) =>
    api.call('PUT', `/v1/accounts/${accountId}/real-name`, { as, body });

  it('is there after registration when the register says that name and number fit', async () => {
    const person = await register(saying('match'));
    expect(person.realNamed).to.equal(true);
    expect(asked.at(-1)).to.deep.equal({ name: '李明', idNumber: person.idNumber });
    expect((await apply(person)).status).to.equal(201);
    const before = asked.length;
    expect((await again(person)).body as object).to.deep.equal({ answer: 'match', realNamed: true });
    expect(asked.length, 'nobody is asked about what is known').to.equal(before);
    expect((await register(saying('match'), { idNumber: undefined })).realNamed, 'without a number').to.equal(false);
  });

  for (const [what, answer] of [
    ['says that they do not fit', saying('noMatch')],
    ['does not know', saying('unknown')],
    ['is away', away],
  ] as const) {
    it(`is not there when the register ${what}: nothing that asks for one is open, until it says so`, async () => {
      const person = await register(answer);
      expect(person.realNamed).to.equal(false);
      expect(codeOf(await apply(person))).to.deep.equal([422, 'REAL_NAME_UNCONFIRMED']);
      const county = await api.cadre('county', '360735');
      const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
      const vetted = await api.call('PUT', `/v1/accounts/${person.id}/vetting`, { as: county, body: { until } });
      expect(codeOf(vetted)).to.deep.equal([422, 'REAL_NAME_UNCONFIRMED']);
      expect((await again(person)).body).to.have.property('realNamed', false);
      says = saying('match');
      expect((await again(person)).body as object).to.deep.equal({ answer: 'match', realNamed: true });
      expect((await apply(person)).status).to.equal(201);
    });
  }

  it('is confirmed from the papers by the township where he lives, not elsewhere, not by himself or his household', async () => {
    const person = await register(saying('noMatch'));
    const papers = { name: '李明', idNumber: person.idNumber };
    const township = await api.cadre('township', TOWNSHIP);
    const village = await api.cadre('village', VILLAGE);
    expect(codeOf(await confirm(village, person.id, papers))).to.deep.equal([403, 'NOT_PERMITTED']);
    const elsewhere = await api.cadre('township', '360735101');
    expect(codeOf(await confirm(elsewhere, person.id, papers))).to.deep.equal([404, 'NOT_FOUND']);
    for (const other of [{ name: '李四' }, { idNumber: fictional(99) }]) {
      const differs = await confirm(township, person.id, { ...papers, ...other });
      expect(codeOf(differs)).to.deep.equal([422, 'REAL_NAME_MISMATCH']);
      expect(differs.text).to.include('"/body"');
    }
    const { accounts } = api.deps.models.accounts;
    const householdId = '01890000-0000-7000-8000-000000000001';
    const relative = await api.person({
      householdId,
      grants: [{ role: 'cadre', level: 'township', regionCode: TOWNSHIP }],
    });
    await accounts.updateOne({ _id: person.id }, { $set: { householdId } });
    expect(codeOf(await confirm(relative, person.id, papers))).to.deep.equal([403, 'OWN_ACCOUNT']);
    // Nor by those whom the register alone ties to him.
    const grants = [{ role: 'cadre', level: 'township', regionCode: TOWNSHIP } as const];
    const helper = await api.person({ grants });
    const household = await addHousehold(api, { helperId: helper.id });
    const kin = await api.person({ idNumber: household.headIdNumber, grants });
    await accounts.updateOne({ _id: person.id }, { $set: { householdId: null } });
    const { idNumberIndex = '' } = (await accounts.findOne({ _id: person.id })) ?? {};
    const { households } = api.deps.models.households;
    await households.updateOne({ _id: household.id }, { $push: { idIndexes: idNumberIndex } });
    expect(codeOf(await confirm(kin, person.id, papers))).to.deep.equal([403, 'OWN_ACCOUNT']);
    expect(codeOf(await confirm(helper, person.id, papers))).to.deep.equal([403, 'HELPED_HOUSEHOLD']);
    expect((await accounts.findOne({ _id: person.id }))?.realName, 'nothing was kept').to.equal(undefined);

    const confirmed = await confirm(township, person.id, papers);
    expect(confirmed.status, confirmed.text).to.equal(200);
    expect(confirmed.text).to.include('"realNamed":true').and.not.include('李明').and.not.include(person.idNumber);
    const { realName } = (await accounts.findOne({ _id: person.id })) ?? {};
    expect(realName).to.deep.include({ source: 'papers', by: township.id });
    expect((await apply(person)).status).to.equal(201);
    // Whoever confirms second does not take the first one's name away.
    expect((await confirm(await api.operator(), person.id, papers)).status).to.equal(200);
    expect((await accounts.findOne({ _id: person.id }))?.realName).to.deep.include({ by: township.id });
  });

  it('ties nobody to a household whom the register knows by another name', async () => {
    const { number, headName: name, headIdNumber: idNumber } = await addHousehold(api);
    const person = await api.person();
    const link = () => api.call('POST', '/v1/household-links', { as: person, body: { number, name, idNumber } });
    says = saying('noMatch');
    expect(codeOf(await link())).to.deep.equal([422, 'HOUSEHOLD_MISMATCH']);
    says = away;
    expect((await link()).status, 'the register of households says it').to.equal(201);
  });

  it('nobody confirms himself, nor somebody without a number', async () => {
    const self = await api.person({
      idNumber: fictional(80),
      realNamed: false,
      homeRegion: VILLAGE,
      grants: [{ role: 'cadre', level: 'township', regionCode: TOWNSHIP }],
    });
    const papers = { name: '张三丰', idNumber: fictional(80) };
    expect(codeOf(await confirm(self, self.id, papers))).to.deep.equal([403, 'OWN_ACCOUNT']);
    const nameless = await api.person({ homeRegion: VILLAGE });
    expect(codeOf(await confirm(self, nameless.id, papers))).to.deep.equal([422, 'REAL_NAME_REQUIRED']);
    expect(codeOf(await again(nameless))).to.deep.equal([422, 'REAL_NAME_REQUIRED']);
  });
});
