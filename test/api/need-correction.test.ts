import { expect } from 'chai';
import type { Answer, TestPerson } from '../support/api.ts';
import { byNumber } from '../support/by-number.ts';
import { useLiveApi } from '../support/live.ts';
import {
  addHousehold,
  bodyOf,
  COUNTY,
  dismissMatches,
  draftFor,
  ok,
  settle,
  submit,
  until,
  upload,
  type Village,
} from '../support/needs.ts';

const payee = { kind: 'recipient', name: '赖秀英', bank: '石城农商银行', account: '6228 4800 1234 5678 901' };
const money = {
  kind: 'money',
  category: 'medical-costs',
  title: '住院自付费用有困难',
  details: '老人每月要去县医院复查一次，家里没有收入，自付的费用有困难。',
  lines: [{ name: '住院自付费用', unit: '笔', quantity: 1, unitPriceFen: 40_000 }],
  consent: { kind: 'inPerson', reference: '本人', givenOn: '2026-11-01', sensitive: true, guardian: true },
};
const RETURN = { reasonCode: 'unclear', reason: '请核对收款账号和与家庭的关系' };

/** A whole content, as an edit or a resubmission wants it. */
function content(photos: readonly string[], change: object = {}): object {
  const { title, details, category, urgency, lines, ...rest } = draftFor('', photos, change) as Record<string, unknown>;
  return { title, details, category, urgency, lines, photos: rest['photos'] };
}

describe('A returned need', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  const { visit, newPhone } = byNumber(api);
  let village: Village;
  before(async () => {
    village = await settle(api);
  });

  const codeOf = (answer: Answer) => `${answer.status} ${bodyOf<{ code?: string }>(answer).code ?? ''}`;
  const resubmit = (needId: string, as: TestPerson, body: object) =>
    api.call('POST', `/v1/needs/${needId}/resubmit`, { as, body });
  const photosOf = async (needId: string) => (await api.deps.models.needs.find(needId))?.photos ?? [];
  const giveBack = async (needId: string): Promise<void> => {
    await until(api, 'need', needId, 'underReview');
    await ok(api, village.villageCadre, `/v1/needs/${needId}/return`, RETURN);
    await until(api, 'need', needId, 'returned');
  };

  it('gets another payee and relation by the rules of a submission: proof, sealed, known across households', async () => {
    const other = await settle(api);
    await until(api, 'need', await submit(api, other, { ...money, payee }), 'underReview');
    const wrong = { ...payee, account: '6217 0000 2222 3333' };
    const needId = await submit(api, village, { ...money, payee: wrong });
    await giveBack(needId);
    const { publisher } = village;
    const whole = content(await photosOf(needId), money);
    const right = { ...payee, kind: 'supplier', name: '石城县药店' };
    const refused = async (change: object): Promise<string[]> => {
      const answer = await resubmit(needId, publisher, { ...whole, ...change });
      const { errors = [] } = bodyOf<{ errors?: { pointer: string; code: string }[] }>(answer);
      return errors.map(({ pointer, code }) => `${answer.status} ${pointer} ${code}`);
    };
    expect(await refused({ payee: right })).to.deep.equal(['422 /body/payee/proof PAYEE_PROOF_REQUIRED']);
    const notHis = await upload(api, village.villageCadre);
    expect(await refused({ payee: { ...right, proof: notHis } })).to.deep.equal([
      '422 /body/payee/proof PHOTO_UNKNOWN',
    ]);
    expect((await refused({ relation: 'helperCadre' }))[0]).to.match(/relation HOUSEHOLD_NOT_YOURS$/);
    expect(await refused({ relation: 'son' })).to.deep.equal(['422 /body/consent/kind CONSENT_REQUIRED']);
    expect(await api.deps.models.revisions.revisions.countDocuments({ needId })).to.equal(0);

    const [proof, paper] = [await upload(api, publisher), await upload(api, publisher)];
    const consent = { ...money.consent, kind: 'paper', reference: paper };
    await ok(api, publisher, `/v1/needs/${needId}/resubmit`, {
      ...whole,
      ...{ payee: { ...right, proof }, relation: 'son', consent },
    });
    await until(api, 'need', needId, 'underReview');
    const full = await api.call('GET', `/v1/needs/${needId}/full`, { as: village.countyCadre });
    const seen = bodyOf<{ payee: object; relation: string; risk: { reasons: { code: string; value: number }[] } }>(
      full,
    );
    expect(seen.payee).to.deep.equal({ kind: 'supplier', masked: '石** 尾号8901', proof });
    expect(seen.relation).to.equal('son');
    const told = seen.risk.reasons.map(({ code, value }) => [code, value]);
    expect(told).to.deep.include.members([
      ['samePayee', 1],
      ['otherPayee', 1],
    ]);
    const { needs, revisions, cases, commands } = api.deps.models;
    const stored = JSON.stringify([
      ...[await needs.find(needId), await cases.find('need', needId)],
      await revisions.revisions.find({ needId }).toArray(),
      await commands.commands.find({ caseId: needId }).toArray(),
    ]);
    for (const clear of ['62284800', '6228 4800', '石城县药店']) expect(stored).to.not.include(clear);
    expect((await api.deps.models.photos.findMany([proof]))[0]?.usedBy.map(({ id }) => id)).to.deep.equal([needId]);
  });

  it('does not lapse because its publisher is gone: the household by its number, and its helper of today, correct it', async () => {
    const helper = await api.person({ grants: [{ role: 'helper', regionCode: COUNTY }] });
    const phone = newPhone();
    const household = await addHousehold(api, { helperId: helper.id, phone });
    const paper = await upload(api, helper);
    const consent = { kind: 'paper', reference: paper, givenOn: '2026-01-05', sensitive: true, guardian: true };
    const draft = draftFor(household.id, [await upload(api, helper)], { relation: 'helperCadre', consent });
    const made = await api.call('POST', '/v1/needs', { as: helper, body: draft });
    expect(made.status, made.text).to.equal(201);
    const { id: needId } = bodyOf<{ id: string }>(made);
    await dismissMatches(api, helper, needId);
    await ok(api, helper, `/v1/needs/${needId}/submit`);
    await giveBack(needId);
    await ok(api, village.operator, `/v1/accounts/${helper.id}/freeze`, { reason: '有人反映冒名登记' });
    const photos = await photosOf(needId);

    const [neighbour, family] = [await visitor(newPhone()), await visit(household.number, phone)];
    expect(codeOf(await resubmit(needId, neighbour, content(photos)))).to.equal('404 NOT_FOUND');
    expect(codeOf(await resubmit(needId, village.villageCadre, content(photos)))).to.equal('403 NOT_PERMITTED');
    const claims = await resubmit(needId, family, { ...content(photos), relation: 'self' });
    expect(claims.text).to.include('HOUSEHOLD_NOT_YOURS').and.include('/body/relation');
    expect(await api.deps.models.revisions.revisions.countDocuments({ needId })).to.equal(0);
    const corrected = content([...photos, await upload(api, family)], { title: '冬天需要三床棉被' });
    await ok(api, family, `/v1/needs/${needId}/resubmit`, corrected);
    await giveBack(needId);
    expect((await api.deps.models.needs.find(needId))?.title).to.equal('冬天需要三床棉被');

    const next = await api.person({ grants: [{ role: 'helper', regionCode: COUNTY }] });
    const again = content(await photosOf(needId));
    expect(codeOf(await resubmit(needId, next, again)), 'not its helper yet').to.equal('404 NOT_FOUND');
    await api.deps.models.households.households.updateOne({ _id: household.id }, { $set: { helperId: next.id } });
    await api.deps.models.households.tellNeeds([household.id], next.id);
    await ok(api, next, `/v1/needs/${needId}/resubmit`, again);
    await until(api, 'need', needId, 'underReview');
  });

  async function visitor(phone: string): Promise<TestPerson> {
    return visit((await addHousehold(api, { phone })).number, phone);
  }
});
