import { expect } from 'chai';
import type { Answer } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import {
  agree,
  bodyOf,
  draft,
  ok,
  publish,
  settle,
  submit,
  until,
  upload,
  VILLAGE,
  type Village,
} from '../support/needs.ts';

const arrangement = { when: '每月第一个周六', place: 'county' };
const ride = {
  kind: 'service',
  category: 'hospital-transport',
  title: '请接送老人去县医院',
  details: '老人每月要去县医院复查一次，家里没有车，村里到县城没有班车。',
  lines: [{ name: '往返县医院', unit: '次', quantity: 2 }],
  consent: { kind: 'inPerson', reference: '本人', givenOn: '2026-11-01', sensitive: true, guardian: true },
  arrangement,
};
const tutoring = {
  ...ride,
  category: 'tutoring',
  title: '请人辅导孩子数学功课',
  lines: [{ name: '数学辅导', unit: '节', quantity: 4 }],
  arrangement: { ...arrangement, minor: true, presentAdult: 'parent' },
};
const money = {
  ...ride,
  kind: 'money',
  category: 'medical-costs',
  title: '住院自付费用有困难',
  lines: [{ name: '住院自付费用', unit: '笔', quantity: 1, unitPriceFen: 40_000 }],
  arrangement: null,
  payee: { kind: 'recipient', name: '赖秀英', bank: '石城农商银行', account: '6228 4800 1234 5678 901' },
};

describe('A need for something else than goods', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  beforeEach(async () => {
    village = await settle(api);
  });
  const codeOf = (answer: Answer) => [answer.status, bodyOf<{ code: string }>(answer).code];

  it('a service: found by its kind, claimed face to face, and confirmed by the household', async () => {
    const needId = await publish(api, village, ride);
    const donor = await api.donor();
    const listed = async (kind: string) =>
      bodyOf<{ items: { id: string }[] }>(
        await api.call('GET', `/v1/needs?region=${VILLAGE}&kind=${kind}&limit=100`, { as: donor }),
      ).items.some(({ id }) => id === needId);
    expect([await listed('service'), await listed('goods'), await listed('money')]).to.deep.equal([true, false, false]);
    const shown = bodyOf<object>(await api.call('GET', `/v1/needs/${needId}`, { as: donor }));
    expect(shown).to.deep.include({ kind: 'service', delivery: ['faceToFace'], shipTo: null, postage: null });
    const claim = (delivery: string) =>
      api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body: { whole: true, delivery } });
    expect(codeOf(await claim('villagePoint'))).to.deep.equal([422, 'DELIVERY_NOT_FITTING']);
    const claimed = await claim('faceToFace');
    expect(claimed.status, claimed.text).to.equal(201);
    const { id: pledgeId, marks } = bodyOf<{ id: string; marks: string[] }>(claimed);
    expect(marks).to.not.include('belowFloorValue');
    await until(api, 'pledge', pledgeId, 'held');
    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, {});
    await ok(api, village.publisher, `/v1/pledges/${pledgeId}/confirm`, {});
    await until(api, 'need', needId, 'following');
  });

  it('with a child: reviewed by the township too, and claimed by nobody whom the county has not vetted', async () => {
    const needId = await submit(api, village, tutoring);
    await until(api, 'need', needId, 'underReview');
    await ok(api, village.villageCadre, `/v1/needs/${needId}/approve`, {});
    await ok(api, village.townCadre, `/v1/needs/${needId}/approve`, {});
    const donor = await api.person({
      kind: 'donor',
      homeRegion: VILLAGE,
      idNumber: `99010119880101${Date.now() % 10_000}`,
    });
    const claim = () =>
      api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body: { whole: true, delivery: 'faceToFace' } });
    expect(codeOf(await claim())).to.deep.equal([403, 'VETTING_REQUIRED']);
    // Nor by one in a crowd, whose claims go together.
    const lineId = (await api.deps.models.needs.find(needId))?.lines[0]?.id ?? '';
    const body = { lines: [{ lineId, quantity: 1 }], delivery: 'faceToFace' };
    const crowd = await Promise.all(Array.from({ length: 5 }, () => api.donor()));
    const told = await Promise.all(
      crowd.map(async (as) => codeOf(await api.call('POST', `/v1/needs/${needId}/claims`, { as, body }))),
    );
    expect(told).to.deep.equal(crowd.map(() => [403, 'VETTING_REQUIRED']));
    const path = `/v1/accounts/${donor.id}/vetting`;
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const far = await api.cadre('county', '420921');
    expect(codeOf(await api.call('PUT', path, { as: far, body: { until: day } }))).to.deep.equal([404, 'NOT_FOUND']);
    expect(codeOf(await api.call('PUT', path, { as: donor, body: { until: day } }))).to.deep.equal([
      403,
      'NOT_PERMITTED',
    ]);
    const past = await api.call('PUT', path, { as: village.countyCadre, body: { until: '2020-01-01' } });
    expect(codeOf(past)).to.deep.equal([400, 'INVALID_REQUEST']);
    const vetted = await api.call('PUT', path, { as: village.countyCadre, body: { until: day } });
    expect(vetted.status, vetted.text).to.equal(200);
    expect((await claim()).status).to.equal(201);
  });

  it('refuses a service with a price, without a time, or with an adult missing', async () => {
    const broken = { ...tutoring, arrangement: { ...tutoring.arrangement, presentAdult: null } };
    const lines = [{ name: '数学辅导', unit: '床', quantity: 4, unitPriceFen: 100 }];
    const needId = await draft(api, village, { ...broken, lines });
    const answer = await api.call('POST', `/v1/needs/${needId}/submit`, { as: village.publisher });
    const pointers = bodyOf<{ errors: { pointer: string }[] }>(answer).errors.map(({ pointer }) => pointer);
    expect(pointers, answer.text).to.deep.equal([
      '/body/lines/0/unit',
      '/body/lines/0/unitPriceFen',
      '/body/arrangement/presentAdult',
    ]);
  });

  it('money: reviewed, then withheld until it can be paid; its account is sealed and shown by its end alone', async () => {
    const needId = await submit(api, village, money);
    await until(api, 'need', needId, 'underReview');
    await agree(api, village.publisher, needId);
    await ok(api, village.villageCadre, `/v1/needs/${needId}/approve`, {});
    await until(api, 'need', needId, 'withheld');
    const donor = await api.donor();
    expect((await api.call('GET', `/v1/needs/${needId}`, { as: donor })).status).to.equal(404);
    const why = bodyOf<{ text: string; waitingOn: string; next: string }>(
      await api.call('GET', `/v1/needs/${needId}/why-waiting`, { as: village.publisher }),
    );
    expect(why).to.include({ waitingOn: 'operator', next: 'endWithholding' });
    const full = await api.call('GET', `/v1/needs/${needId}/full`, { as: village.villageCadre });
    expect(bodyOf<{ payee: object }>(full).payee).to.include({ kind: 'recipient', masked: '赖** 尾号8901' });
    expect(JSON.stringify(await api.deps.models.needs.find(needId))).to.not.include('62284800');

    const open = () => api.call('POST', `/v1/needs/${needId}/open`, { as: village.operator });
    expect(codeOf(await open())).to.deep.equal([409, 'DESIGNATION_MISSING']);
    const body = { authority: '民政部', reference: '民公告第557号', designatedOn: '2024-01-01', validUntil: null };
    const recorded = await api.call('PUT', '/v1/operator/designation', { as: village.operator, body });
    expect(recorded.status, recorded.text).to.equal(200);
    expect(codeOf(await open())).to.deep.equal([409, 'PAYMENTS_MISSING']);
  });

  it('money to somebody else than the household has proof, and the county looks at it', async () => {
    const payee = { ...money.payee, kind: 'hospital', name: '石城县人民医院', account: '3600 1234 0000 9' };
    const broken = await draft(api, village, { ...money, payee });
    const answer = await api.call('POST', `/v1/needs/${broken}/submit`, { as: village.publisher });
    expect(bodyOf<{ errors: { code: string }[] }>(answer).errors.map(({ code }) => code)).to.deep.equal([
      'PAYEE_PROOF_REQUIRED',
    ]);
    const proof = await upload(api, village.publisher);
    const needId = await submit(api, village, { ...money, payee: { ...payee, proof } });
    await until(api, 'need', needId, 'underReview');
    const full = await api.call('GET', `/v1/needs/${needId}/full`, { as: village.countyCadre });
    const { review, risk } = bodyOf<{ review: { route: string[] }; risk: { reasons: { code: string }[] } }>(full);
    expect(review.route).to.deep.equal(['village', 'township', 'county']);
    expect(risk.reasons.map(({ code }) => code)).to.include('otherPayee');
  });
});
