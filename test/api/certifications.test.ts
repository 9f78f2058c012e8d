import { expect } from 'chai';
import { checkCharacter } from '../../domain/people/id-number.ts';
import type { Answer, TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { addHousehold, bodyOf, ok, until, upload } from '../support/needs.ts';

const TOWNSHIP = '360735101';
const STATEMENT = '户口本改名后登记信息还没有更新，附上身份证和户口本照片。';

/** Fictional, with its check character; of this file's own people. */
function fictional(n: number): string {
  const digits = `99448819600116${100 + n}`;
  return digits + checkCharacter(digits);
}

describe('a certification', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let applicant: TestPerson;
  let idNumber = '';
  let photos: string[] = [];
  let made = 0;

  beforeEach(async () => {
    made += 1;
    idNumber = fictional(made);
    applicant = await api.person({ idNumber, realNamed: false });
    photos = [await upload(api, applicant)];
  });

  const ask = (change: object = {}, as = applicant): Promise<Answer> =>
    api.call('POST', '/v1/certifications', {
      as,
      body: { regionCode: TOWNSHIP, statement: STATEMENT, photos, ...change },
    });
  async function asked(change: object = {}): Promise<string> {
    const answer = await ask(change);
    expect(answer.status, answer.text).to.equal(201);
    const { id } = bodyOf<{ id: string }>(answer);
    await until(api, 'certification', id, 'underReview');
    return id;
  }
  const get = (path: string, as: TestPerson): Promise<Answer> => api.call('GET', `/v1/certifications/${path}`, { as });
  const codeOf = ({ status, body }: Answer) => [status, (body as { code?: string }).code];
  const realNamed = async (): Promise<boolean> =>
    bodyOf<{ realNamed: boolean }>(await api.call('GET', '/v1/me', { as: applicant })).realNamed;

  it('makes the account count as real once the township has seen the papers, each look with its purpose', async () => {
    const township = await api.cadre('township', TOWNSHIP);
    const id = await asked();
    const list = await api.call('GET', '/v1/work-list/certifications', { as: township });
    expect(list.text).to.include(id);
    const counts = await api.call('GET', '/v1/work-list', { as: township });
    expect(bodyOf<{ certifications: number }>(counts).certifications).to.be.at.least(1);

    expect(codeOf(await get(id, township))).to.deep.equal([422, 'PURPOSE_REQUIRED']);
    const seen = await get(`${id}?purpose=verification`, township);
    expect(seen.text).to.include(STATEMENT).and.include('张三丰').and.include('由上一级接手').and.not.include(idNumber);
    const [photo = ''] = photos;
    expect((await api.call('GET', `/v1/photos/${photo}`, { as: township })).status, 'no photo like others').to.equal(
      404,
    );
    expect((await get(`${id}/photos/${photo}?purpose=verification`, township)).status).to.equal(200);
    const reads = await api.deps.models.audit.audit.find({ persons: `account:${applicant.id}` }).toArray();
    expect(reads.map(({ action, purpose }) => `${action} ${purpose ?? ''}`)).to.have.members([
      'certification.read verification',
      'certification.photo.read verification',
      'work.certifications verification',
    ]);

    const approve = (body: object, as = township) => api.call('POST', `/v1/certifications/${id}/approve`, { as, body });
    const papers = { name: '张三丰', idNumber };
    expect(codeOf(await approve({ ...papers, idNumber: fictional(90) }))).to.deep.equal([422, 'REAL_NAME_MISMATCH']);
    const county = await api.cadre('county', '360735');
    expect(codeOf(await approve(papers, county))).to.deep.equal([404, 'NOT_FOUND']);
    expect(await realNamed()).to.equal(false);
    await ok(api, township, `/v1/certifications/${id}/approve`, papers);
    expect(await realNamed()).to.equal(true);
    const account = await api.deps.models.accounts.find(applicant.id);
    expect(account?.realName).to.deep.include({ source: 'papers', by: township.id });
    const story = await get(`${id}/timeline`, applicant);
    expect(story.text).to.include('乡镇核实一致').and.include('申请人');
    expect(codeOf(await ask())).to.deep.equal([409, 'ALREADY_DONE']);
  });

  it('is refused with a reason that the applicant reads, and may be asked for again', async () => {
    const township = await api.cadre('township', TOWNSHIP);
    const id = await asked();
    const second = await ask();
    expect(codeOf(second)).to.deep.equal([409, 'CERTIFICATION_OPEN']);
    expect(bodyOf<{ errors: { pointer: string }[] }>(second).errors[0]?.pointer).to.equal('/body');
    const refuse = (reason: string) =>
      api.call('POST', `/v1/certifications/${id}/refuse`, {
        as: township,
        body: { reasonCode: 'photoUnclear', reason },
      });
    expect(codeOf(await refuse('不清'))).to.deep.equal([422, 'REASON_LENGTH']);
    const reason = '证件照片看不清，请重新拍照上传';
    expect((await refuse(reason)).status).to.equal(200);
    expect((await get(`${id}/timeline`, applicant)).text).to.include(reason);
    expect(await realNamed()).to.equal(false);
    await ok(api, applicant, `/v1/certifications/${await asked()}/withdraw`);
    const mine = bodyOf<{ items: { stage: string }[] }>(
      await api.call('GET', '/v1/my/certifications', { as: applicant }),
    );
    expect(mine.items.map(({ stage }) => stage)).to.deep.equal(['withdrawn', 'refused']);
  });

  it('is one at a time, of several that are sent at once, too, and nothing is left of the others', async () => {
    const answers = await Promise.all([ask(), ask(), ask(), ask()]);
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409, 409, 409]);
    const { certifications } = api.deps.models.certifications;
    expect(await certifications.countDocuments({ applicantId: applicant.id })).to.equal(1);
    expect(await api.deps.models.commands.commands.countDocuments({ 'actor.id': applicant.id })).to.equal(1);
  });

  it('is nothing to the village, nor to another township, nor to a level that does not decide, nor to a stranger', async () => {
    const id = await asked();
    const others = [
      await api.cadre('village', '360735101201'),
      await api.cadre('township', '360735100'),
      await api.cadre('county', '360735'),
      await api.cadre('province', '36'),
      await api.person(),
    ];
    for (const as of others) {
      for (const path of [`${id}?purpose=review`, `${id}/photos/${photos[0] ?? ''}?purpose=review`]) {
        expect((await get(path, as)).status).to.equal(404);
      }
    }
    // Its turn, its papers: and no longer those of the level before.
    const [town, county] = [await api.cadre('township', TOWNSHIP), await api.cadre('county', '360735')];
    const readBy = async (as: TestPerson) => (await get(`${id}?purpose=review`, as)).status;
    expect([await readBy(town), await readBy(county)]).to.deep.equal([200, 404]);
    const { certifications } = api.deps.models.certifications;
    await certifications.updateOne({ _id: id }, { $set: { reviewLevel: 'county' } });
    expect([await readBy(town), await readBy(county)]).to.deep.equal([404, 200]);
    await certifications.updateOne({ _id: id }, { $set: { reviewLevel: 'township' } });
    const stored = await api.deps.models.certifications.find(id);
    expect(JSON.stringify(stored), 'sealed').not.to.include('户口本');
    await ok(api, applicant, `/v1/certifications/${id}/withdraw`);
  });

  const offices = {
    cadre: { role: 'cadre', level: 'township', regionCode: TOWNSHIP },
    // In a county of which nobody holds an office it goes to the operators.
    operator: { role: 'operator', regionCode: '422801001' },
  } as const;
  for (const { role, regionCode, ...level } of Object.values(offices)) {
    it(`is neither found nor decided by ${role}s who are of the household by the register alone`, async () => {
      const household = await addHousehold(api);
      applicant = await api.person({ idNumber: fictional(made + 50), realNamed: false, householdId: household.id });
      photos = [await upload(api, applicant)];
      const id = await asked({ regionCode });
      const grants = [role === 'operator' ? { role } : { role, ...level, regionCode }];
      const relative = await api.person({ idNumber: household.headIdNumber, grants });
      const listed = async (as: TestPerson) =>
        (await api.call('GET', '/v1/work-list/certifications?limit=100', { as })).text.includes(id);
      expect([await listed(relative), await listed(await api.person({ grants }))]).to.deep.equal([false, true]);
      const body = { reasonCode: 'unclear', reason: '照片看不清楚，请重新上传' };
      const refused = await api.call('POST', `/v1/certifications/${id}/refuse`, { as: relative, body });
      expect(codeOf(refused)).to.deep.equal([403, 'OWN_CERTIFICATION']);
    });
  }

  it('is decided neither by relatives nor by the helper of one whom only the register knows to be of the household', async () => {
    const helper = await api.cadre('township', TOWNSHIP);
    const household = await addHousehold(api, { helperId: helper.id });
    const grants = [{ role: 'cadre', level: 'township', regionCode: TOWNSHIP } as const];
    const relative = await api.person({ idNumber: household.headIdNumber, grants });
    const { idNumberIndex = '' } = (await api.deps.models.accounts.find(applicant.id)) ?? {};
    await api.deps.models.households.households.updateOne(
      { _id: household.id },
      { $push: { idIndexes: idNumberIndex } },
    );
    const id = await asked();
    const lists = async (as: TestPerson) =>
      (await api.call('GET', '/v1/work-list/certifications?limit=100', { as })).text.includes(id);
    const stranger = await api.cadre('township', TOWNSHIP);
    expect([await lists(relative), await lists(helper), await lists(stranger)]).to.deep.equal([false, false, true]);
    const decide = (as: TestPerson) =>
      api.call('POST', `/v1/certifications/${id}/approve`, { as, body: { name: '张三丰', idNumber } });
    expect(codeOf(await decide(relative))).to.deep.equal([403, 'OWN_CERTIFICATION']);
    expect(codeOf(await decide(helper))).to.deep.equal([403, 'HELPED_HOUSEHOLD']);
    expect((await decide(stranger)).status).to.equal(200);
  });

  it('wants a number to confirm, a township, own photos and words enough', async () => {
    expect(codeOf(await ask({ photos: [] }))).to.deep.equal([400, 'INVALID_REQUEST']);
    const nameless = await api.person();
    const own = [await upload(api, nameless)];
    expect(codeOf(await ask({ photos: own }, nameless))).to.deep.equal([422, 'REAL_NAME_REQUIRED']);
    const confirmed = await api.person({ idNumber: fictional(80 + made) });
    expect(codeOf(await ask({ photos: [await upload(api, confirmed)] }, confirmed))[1]).to.equal('ALREADY_DONE');
    expect(codeOf(await ask({ photos: own }))).to.deep.equal([422, 'PHOTO_UNKNOWN']);
    expect((await ask({ regionCode: '360735' })).text).to.include('/body/regionCode');
    expect(codeOf(await ask({ regionCode: '999999999' }))[1]).to.equal('REGION_UNKNOWN');
    expect(codeOf(await ask({ statement: '短' }))[1]).to.equal('STATEMENT_LENGTH');
  });
});
