import { expect } from 'chai';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { byNumber } from '../support/by-number.ts';
import { addHousehold, bodyOf, ok, settle, submit, until, upload, type Village } from '../support/needs.ts';
import { text, textsOf } from '../support/sms.ts';

describe('The preview of what tells of health', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  const nappies = {
    title: '老人急需成人护理垫',
    details: '老人卧床三年，每天要用护理垫，家里已经没有了。',
    category: 'care-supplies',
    lines: [{ name: '成人护理垫', unit: '包', quantity: 3, unitPriceFen: 3_000, condition: 'new' }],
    consent: { kind: 'paper', reference: '', givenOn: '2026-01-05', sensitive: true, guardian: false },
  };
  const code = (answer: { status: number; body: unknown }): string =>
    `${answer.status} ${bodyOf<{ code: string }>(answer as never).code}`;
  const post = (path: string, as: TestPerson, body: object) => api.call('POST', path, { as, body });

  /** Posted for a household that nobody but the register knows; `phone: null`: it has none. */
  async function posted(phone: string | null): Promise<{ place: Village; needId: string; publisher: TestPerson }> {
    const settled = await settle(api);
    const publisher = await api.person({ grants: [{ role: 'helper', regionCode: '360735' }] });
    const household = await addHousehold(api, { helperId: publisher.id, phone });
    const place = { ...settled, household, publisher };
    const paper = await upload(api, publisher);
    const consent = { ...nappies.consent, reference: paper };
    const needId = await submit(api, place, { ...nappies, relation: 'helperCadre', consent });
    await until(api, 'need', needId, 'underReview');
    return { place, needId, publisher };
  }

  const approve = ({ villageCadre }: Village, needId: string) => post(`/v1/needs/${needId}/approve`, villageCadre, {});

  it('is shown to the household by text message, and approved by a second one, before the need is published', async () => {
    const phone = '13720009001';
    const { place, needId } = await posted(phone);
    expect(code(await approve(place, needId))).to.equal('409 PREVIEW_MISSING');
    const many = await api.call('POST', '/v1/need-decisions', {
      as: place.villageCadre,
      body: { items: [{ decision: 'approve', needId }] },
    });
    expect(many.text).to.include('PREVIEW_MISSING');
    const full = await api.call('GET', `/v1/needs/${needId}/full`, { as: place.villageCadre });
    expect(bodyOf<{ preview: object }>(full).preview).to.deep.equal({ wanted: true, approvedAt: null, paper: null });
    const why = await api.call('GET', `/v1/needs/${needId}/why-waiting`, { as: place.villageCadre });
    expect(bodyOf<{ code: string }>(why).code).to.equal('review.preview');

    await text(api, phone, '确认公开');
    expect((await textsOf(api, phone))[0]).to.match(/^没有等待确认的事项/);
    await text(api, phone, '同意公开');
    const [asked = ''] = await textsOf(api, phone);
    expect(asked).to.match(
      /^外人将看到：《护理用品求助》，.*长乐村赖\*\*，护理用品3包，共90元，不显示具体情况，不显示照片。/,
    );
    expect(asked).not.to.match(/卧床|护理垫/);
    await text(api, phone, '确认公开');
    expect((await textsOf(api, phone))[0]).to.match(/^已记下：您家同意公开求助/);
    expect((await approve(place, needId)).status).to.equal(200);
    const consents = (await api.deps.models.households.find(place.household.id))?.consents ?? [];
    expect(consents.map(({ kind, takenBy }) => [kind, takenBy])).to.deep.equal([['preview', place.household.id]]);
  });

  it('is shown in person where there is no phone, with a fresh photo of the paper, and not by those who are tied to it', async () => {
    const { place, needId, publisher } = await posted(null);
    const path = `/v1/needs/${needId}/preview/shown`;
    const need = await api.deps.models.needs.find(needId);
    const show = (as: TestPerson, photo: string, revisionId = need?.revisionId) =>
      post(path, as, { revisionId, photo });
    const cadre = place.villageCadre;
    expect(code(await show(publisher, await upload(api, publisher)))).to.equal('403 NOT_PERMITTED');
    const kin = await api.person({
      householdId: place.household.id,
      grants: [{ role: 'cadre', level: 'village', regionCode: '360735100223' }],
    });
    expect(code(await show(kin, await upload(api, kin)))).to.equal('403 OWN_POSTING');
    expect(code(await show(cadre, need?.photos[0] ?? ''))).to.equal('422 PHOTO_UNKNOWN');
    expect(code(await show(await api.cadre('village', '360735100207'), await upload(api, cadre)))).to.match(/^404/);
    const photo = await upload(api, cadre);
    expect(code(await show(cadre, photo, needId))).to.equal('409 PREVIEW_OUTDATED');
    const shown = await show(cadre, photo);
    expect(shown.status, shown.text).to.equal(200);
    const other = await posted(null);
    const again = { revisionId: (await api.deps.models.needs.find(other.needId))?.revisionId, photo };
    expect(code(await post(`/v1/needs/${other.needId}/preview/shown`, cadre, again))).to.equal('422 PHOTO_REUSED');
    const full = await api.call('GET', `/v1/needs/${needId}/full`, { as: place.townCadre });
    expect(bodyOf<{ preview: object }>(full).preview).to.include({ wanted: true, paper: photo });
    expect((await api.call('GET', `/v1/photos/${photo}`, { as: place.townCadre })).status).to.equal(200);
    expect((await approve(place, needId)).status).to.equal(200);
    expect((await api.call('GET', `/v1/photos/${photo}`)).status).to.equal(404);
    const [consent] = (await api.deps.models.households.find(place.household.id))?.consents ?? [];
    expect(consent).to.include({ kind: 'paper', reference: photo, needId, takenBy: cadre.id });
  });

  it('is not approved by a phone in the register that is the publisher’s: then it is shown in person', async () => {
    const publisher = await api.person({ grants: [{ role: 'helper', regionCode: '360735' }] });
    const { place, needId } = await posted(publisher.phone);
    await api.deps.models.needs.needs.updateOne({ _id: needId }, { $set: { publisherId: publisher.id } });
    await text(api, publisher.phone, '同意公开');
    await text(api, publisher.phone, '确认公开');
    expect((await textsOf(api, publisher.phone))[0]).to.match(
      /没有办成：登记的手机号是发布人或工作人员的，请由另一位干部上门/,
    );
    const photo = await upload(api, place.villageCadre);
    const { revisionId } = (await api.deps.models.needs.find(needId)) ?? {};
    await ok(api, place.villageCadre, `/v1/needs/${needId}/preview/shown`, { revisionId, photo });
    expect((await approve(place, needId)).status).to.equal(200);
  });

  it('is not approved by a phone in the register that is the reviewer’s, nor by a session that it opened', async () => {
    const reviewer = await api.cadre('village', '360735100223');
    const { place, needId } = await posted(reviewer.phone);
    await text(api, reviewer.phone, '同意公开');
    await text(api, reviewer.phone, '确认公开');
    expect((await textsOf(api, reviewer.phone))[0]).to.match(/没有办成：登记的手机号是发布人或工作人员的/);
    const { revisionId } = (await api.deps.models.needs.find(needId)) ?? {};
    const family = await byNumber(api).visit(place.household.number, reviewer.phone);
    expect(code(await post(`/v1/needs/${needId}/consent`, family, { revisionId }))).to.equal(
      '403 PREVIEW_BY_ANOTHERS_PHONE',
    );
    const his = { revisionId, photo: await upload(api, reviewer) };
    expect(code(await post(`/v1/needs/${needId}/preview/shown`, reviewer, his))).to.equal('403 PREVIEW_BY_OWN_PHONE');
    const photo = await upload(api, place.villageCadre);
    await ok(api, place.villageCadre, `/v1/needs/${needId}/preview/shown`, { revisionId, photo });
  });

  it('is asked of a household with a phone before anybody goes there', async () => {
    const { place, needId } = await posted('13720009002');
    const photo = await upload(api, place.villageCadre);
    const { revisionId } = (await api.deps.models.needs.find(needId)) ?? {};
    const shown = await post(`/v1/needs/${needId}/preview/shown`, place.villageCadre, { revisionId, photo });
    expect(code(shown)).to.equal('409 HOUSEHOLD_HAS_PHONE');
  });
});
