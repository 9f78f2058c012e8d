import { expect } from 'chai';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import {
  addHousehold,
  bodyOf,
  COUNTY,
  dismissMatches,
  draftFor,
  ok,
  settle,
  until,
  upload,
  type Village,
} from '../support/needs.ts';

describe('The evidence that a household agrees to what is posted for it', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  let helper: TestPerson;
  before(async () => {
    village = await settle(api);
    helper = await api.person({ grants: [{ role: 'helper', regionCode: COUNTY }] });
  });

  const codeOf = (answer: { status: number; body: unknown }) =>
    `${answer.status} ${bodyOf<{ code: string }>(answer as never).code}`;
  const paper = (reference: string, change: object = {}) => ({
    ...{ kind: 'paper', reference, givenOn: '2026-01-05', sensitive: false, guardian: false, ...change },
  });
  const content = (photo: string, change: object = {}) => {
    const { householdId: _h, relation: _r, ...rest } = draftFor('', [photo], change);
    return rest;
  };

  /** A draft of the helper for a new household. */
  async function drafted(consent: object): Promise<{ needId: string; photo: string }> {
    const household = await addHousehold(api, { helperId: helper.id });
    const photo = await upload(api, helper);
    const body = draftFor(household.id, [photo], { relation: 'helperCadre', consent });
    const answer = await api.call('POST', '/v1/needs', { as: helper, body });
    expect(answer.status, answer.text).to.equal(201);
    const { id: needId } = bodyOf<{ id: string }>(answer);
    await dismissMatches(api, helper, needId);
    return { needId, photo };
  }
  const submit = (needId: string) => api.call('POST', `/v1/needs/${needId}/submit`, { as: helper });
  const resubmit = (needId: string, body: object) =>
    api.call('POST', `/v1/needs/${needId}/resubmit`, { as: helper, body });

  it('is one household’s own: a paper that stands for another is refused, uploaded a second time too', async () => {
    const first = await drafted(paper(await upload(api, helper, 7.5)));
    expect((await submit(first.needId)).status).to.equal(202);
    await until(api, 'need', first.needId, 'underReview');
    for (const again of [await consentOf(first.needId), await upload(api, helper, 7.5)]) {
      const second = await drafted(paper(again));
      const refused = await submit(second.needId);
      expect(codeOf(refused)).to.equal('422 PHOTO_REUSED');
      expect(refused.text).to.include('/body/consent/reference');
      expect((await api.deps.models.needs.find(second.needId))?.submittedAt).to.equal(null);
    }
  });

  it('was given already', async () => {
    const { needId } = await drafted(paper(await upload(api, helper), { givenOn: '2030-01-01' }));
    expect((await submit(needId)).text).to.include('CONSENT_DATE');
  });

  it('that was missing is added when the need comes back: what is wrong with it is refused, and nothing kept', async () => {
    const { needId, photo } = await drafted(paper(await upload(api, helper)));
    expect((await submit(needId)).status).to.equal(202);
    await until(api, 'need', needId, 'underReview');
    const returned = { reasonCode: 'consentMissing', reason: '同意书上没有签字，请补签后上传' };
    await ok(api, village.villageCadre, `/v1/needs/${needId}/return`, returned);
    const notHis = await upload(api, village.publisher);
    expect(codeOf(await resubmit(needId, content(photo, { consent: paper(notHis) })))).to.equal('422 PHOTO_UNKNOWN');
    const spoken = paper('said', { kind: 'inPerson' });
    expect((await resubmit(needId, content(photo, { consent: spoken }))).text).to.include('/body/consent/kind');
    expect(await api.deps.models.revisions.revisions.countDocuments({ needId })).to.equal(0);

    const signed = await upload(api, helper);
    const body = content(photo, { consent: paper(signed, { sensitive: true }) });
    const sent = await resubmit(needId, body);
    expect(sent.status, sent.text).to.equal(200);
    await until(api, 'need', needId, 'underReview');
    expect(await consentOf(needId)).to.equal(signed);
    const full = await api.call('GET', `/v1/needs/${needId}/full`, { as: village.villageCadre });
    expect(bodyOf<{ consent: object }>(full).consent).to.include({
      reference: signed,
      sensitive: true,
      givenOn: '2026-01-05',
    });
    expect((await api.call('GET', `/v1/photos/${signed}`, { as: village.villageCadre })).status).to.equal(200);
    expect((await api.call('GET', `/v1/photos/${signed}`)).status).to.equal(404);

    // An edit without a word about it keeps it.
    await ok(api, village.villageCadre, `/v1/needs/${needId}/approve`, {});
    await ok(api, village.townCadre, `/v1/needs/${needId}/approve`, {});
    await ok(api, helper, `/v1/needs/${needId}/edit`, content(photo, { urgency: 'low' }));
    expect(await consentOf(needId)).to.equal(signed);
  });

  const consentOf = async (needId: string): Promise<string> =>
    (await api.deps.models.needs.find(needId))?.consent?.reference ?? '';
});
