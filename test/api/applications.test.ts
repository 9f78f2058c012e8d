import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkCharacter } from '../../domain/people/id-number.ts';
import type { Answer, TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, TOWNSHIP, until } from '../support/needs.ts';

const VILLAGE = '360735100215';
const ID_NUMBER = '994489196001152722';

describe('an application for an office', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let applicant: TestPerson;
  let idNumber = ID_NUMBER;
  let made = 0;

  beforeEach(async () => {
    made += 1;
    idNumber = fictional(270 + made);
    applicant = await api.person({ idNumber });
  });

  const application = (change: object = {}) => ({
    level: 'village',
    regionCode: VILLAGE,
    name: '张三丰',
    idNumber,
    statement: '我在村里工作多年，愿意为乡亲服务。',
    ...change,
  });
  const apply = (change: object = {}, as = applicant): Promise<Answer> =>
    api.call('POST', '/v1/applications', { as, body: application(change) });

  it('makes the applicant a cadre with the township’s approval, told to both', async () => {
    const townCadre = await api.cadre('township', TOWNSHIP);
    const answer = await apply();
    expect(answer.status, answer.text).to.equal(201);
    const { id } = bodyOf<{ id: string }>(answer);
    await until(api, 'application', id, 'underReview');
    const list = await api.call('GET', '/v1/work-list/applications', { as: townCadre });
    expect(list.text).to.include(id);
    const counts = await api.call('GET', '/v1/work-list', { as: townCadre });
    expect(bodyOf<{ applications: number }>(counts).applications).to.be.at.least(1);
    const unstated = await api.call('GET', `/v1/applications/${id}`, { as: townCadre });
    expect(bodyOf<{ code: string }>(unstated).code).to.equal('PURPOSE_REQUIRED');
    const seen = await api.call('GET', `/v1/applications/${id}?purpose=review`, { as: townCadre });
    expect(seen.text).to.include('张三丰').and.include('由上一级接手');
    expect(seen.text).not.to.include(idNumber);
    const before = await api.call('GET', '/v1/work-list', { as: applicant });
    expect(before.status).to.equal(403);
    const { accounts } = api.deps.models.accounts;
    const frozen = { at: new Date(), by: townCadre.id, reason: '有人反映，正在核实' };
    await accounts.updateOne({ _id: applicant.id }, { $set: { frozen } });
    const stopped = await api.call('POST', `/v1/applications/${id}/approve`, { as: townCadre, body: {} });
    expect(bodyOf<{ code: string }>(stopped).code).to.equal('APPLICANT_FROZEN');
    await accounts.updateOne({ _id: applicant.id }, { $set: { frozen: null } });
    await ok(api, townCadre, `/v1/applications/${id}/approve`, {});
    const { grants } = bodyOf<{ grants: { role: string; level: string; regionCode: string }[] }>(
      await api.call('GET', '/v1/me', { as: applicant }),
    );
    expect(grants.map(({ role, level, regionCode }) => ({ role, level, regionCode }))).to.deep.equal([
      { role: 'cadre', level: 'village', regionCode: VILLAGE },
    ]);
    // What a request believes of its account is a second old at most.
    let works = 0;
    for (let tries = 0; tries < 40 && works !== 200; tries += 1) {
      works = (await api.call('GET', '/v1/work-list', { as: applicant })).status;
      if (works !== 200) await sleep(50);
    }
    expect(works).to.equal(200);
    const story = await api.call('GET', `/v1/applications/${id}/timeline`, { as: applicant });
    expect(story.text).to.include('乡镇审批通过');
    expect((await apply()).text).to.include('GRANT_EXISTS');
  });

  it('is refused with a reason that the applicant reads, and may be made again', async () => {
    const townCadre = await api.cadre('township', TOWNSHIP);
    const { id } = bodyOf<{ id: string }>(await apply());
    await until(api, 'application', id, 'underReview');
    const second = await apply();
    expect([second.status, second.text.includes('APPLICATION_OPEN')]).to.deep.equal([409, true]);
    const short = await api.call('POST', `/v1/applications/${id}/refuse`, {
      as: townCadre,
      body: { reasonCode: 'notQualified', reason: '不行' },
    });
    expect(short.text).to.include('REASON_LENGTH');
    const reason = '请先到村委会登记，再来申请';
    await ok(api, townCadre, `/v1/applications/${id}/refuse`, { reasonCode: 'notQualified', reason });
    const story = await api.call('GET', `/v1/applications/${id}/timeline`, { as: applicant });
    expect(story.text).to.include(reason);
    expect((await apply()).status).to.equal(201);
    const mine = bodyOf<{ items: { stage: string }[] }>(
      await api.call('GET', '/v1/my/applications', { as: applicant }),
    );
    expect(mine.items).to.have.length(2);
  });

  it('wants the real name of the account, and an office that exists', async () => {
    const nameless = await api.person();
    expect((await apply({}, nameless)).text).to.include('REAL_NAME_REQUIRED');
    expect((await apply({ name: '李四' })).text)
      .to.include('REAL_NAME_MISMATCH')
      .and.include('/body/name');
    expect((await apply({ idNumber: ID_NUMBER })).text).to.include('REAL_NAME_MISMATCH');
    expect((await apply({ level: 'county' })).text).to.include('GRANT_LEVEL_MISMATCH');
    expect((await apply({ regionCode: '999999999999' })).text).to.include('REGION_UNKNOWN');
    expect((await apply({ statement: '短' })).text).to.include('STATEMENT_LENGTH');
    expect((await apply({ statement: '我的电话是13912345678，请联系我' })).text).to.include('PERSONAL_DATA');
  });

  it('is nothing to a colleague of the same village, nor to a township elsewhere', async () => {
    const { id } = bodyOf<{ id: string }>(await apply());
    for (const as of [await api.cadre('village', VILLAGE), await api.cadre('township', '360735101')]) {
      expect((await api.call('GET', `/v1/applications/${id}`, { as })).status).to.equal(404);
    }
    await until(api, 'application', id, 'underReview');
    await ok(api, applicant, `/v1/applications/${id}/withdraw`);
  });
});

/** Fictional, with its check character. */
function fictional(n: number): string {
  const digits = `99448919600115${n}`;
  return digits + checkCharacter(digits);
}
