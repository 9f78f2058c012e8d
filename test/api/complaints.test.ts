import { expect } from 'chai';
import { createNotifier } from '../../activities/notify.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import type { Answer, TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, COUNTY, ok, publish, settle, TOWNSHIP, until, upload, VILLAGE } from '../support/needs.ts';

const TEXT = '村干部多次推脱，不肯登记我家的求助，赖秀英可以作证。';

describe('a complaint', function () {
  this.timeout(60_000);
  const api = useLiveApi();

  const make = (as: TestPerson, body: object): Promise<Answer> =>
    api.call('POST', '/v1/complaints', { as, body: { kind: 'delay', text: TEXT, ...body } });
  const made = async (as: TestPerson, body: object): Promise<string> => {
    const answer = await make(as, body);
    expect(answer.status, answer.text).to.equal(201);
    const { id } = bodyOf<{ id: string }>(answer);
    await until(api, 'complaint', id, 'handling');
    return id;
  };
  const see = (as: TestPerson, id: string) => api.call('GET', `/v1/complaints/${id}`, { as });

  it('about a cadre is decided by the township, objected to, and decided again by the county; he sees none of it', async () => {
    const accused = await api.cadre('village', VILLAGE);
    const [town, county] = [await api.cadre('township', TOWNSHIP), await api.cadre('county', COUNTY)];
    const complainant = await api.person();
    const photo = await upload(api, complainant);
    const id = await made(complainant, { about: 'account', accountId: accused.id, photos: [photo] });

    const record = await api.deps.models.complaints.find(id);
    expect(record?.handlingLevel).to.equal('township');
    expect(JSON.stringify(record)).not.to.include('赖秀英');
    expect((await see(accused, id)).status).to.equal(404);
    expect((await see(await api.cadre('township', '360735101'), id)).status).to.equal(404);
    const list = await api.call('GET', '/v1/work-list/complaints?limit=100', { as: town });
    expect(list.text).to.include(id);
    const counts = await api.call('GET', '/v1/work-list', { as: town });
    expect(bodyOf<{ complaints: number }>(counts).complaints).to.be.at.least(1);
    expect((await see(town, id)).text)
      .to.include(TEXT)
      .and.include('由上一级接手');
    expect((await api.call('GET', `/v1/photos/${photo}`, { as: town })).status).to.equal(200);
    expect((await api.call('GET', `/v1/photos/${photo}`, { as: accused })).status).to.equal(404);

    const again = await make(complainant, { about: 'account', accountId: accused.id });
    expect([again.status, again.text.includes('COMPLAINT_OPEN')]).to.deep.equal([409, true]);
    const reason = '已向双方核实，情况不属实';
    await ok(api, town, `/v1/complaints/${id}/dismiss`, { reasonCode: 'notFounded', reason });
    const objection = { reason: '没有找证人了解情况' };
    await ok(api, complainant, `/v1/complaints/${id}/object`, objection);
    const uphold = { measure: 'cadreWarned', reason: '经复查属实，已约谈该干部' };
    const wrong = await api.call('POST', `/v1/complaints/${id}/uphold`, { as: town, body: uphold });
    expect(wrong.text).to.match(/NOT_YOUR_LEVEL|SECOND_REVIEWER_NEEDED/);
    await ok(api, county, `/v1/complaints/${id}/uphold`, uphold);
    const end = bodyOf<{ stage: string; decision: { outcome: string; level: string } }>(await see(complainant, id));
    expect(end).to.nested.include({ stage: 'closed', 'decision.outcome': 'upheld', 'decision.level': 'county' });
    const story = await api.call('GET', `/v1/complaints/${id}/timeline`, { as: complainant });
    expect(story.text).to.include(reason).and.include(objection.reason).and.include(uphold.reason);
    expect((await make(complainant, { about: 'account', accountId: accused.id })).status).to.equal(201);
  });

  it('about a need reaches neither its publisher nor who approved it, in records or in messages', async () => {
    const village = await settle(api);
    const needId = await publish(api, village);
    const stranger = await api.person({ homeRegion: VILLAGE });
    const id = await made(stranger, { about: 'need', needId });
    for (const as of [village.publisher, village.villageCadre]) expect((await see(as, id)).status).to.equal(404);
    const notify = createNotifier({
      db: api.deps.models.db,
      deciders: CASE_DECIDERS,
      words: {},
      categories: api.deps.reference.categories,
    });
    const events = await api.deps.models.events.of('complaint', id);
    for (const { _id } of events) await notify(_id);
    const inbox = await api.deps.models.inbox.inbox.find({ caseId: id }).toArray();
    const told = inbox.map(({ accountId }) => accountId);
    expect(told).to.include.members([village.townCadre.id, stranger.id]);
    expect(told).not.to.include(village.publisher.id).and.not.include(village.villageCadre.id);
    expect(JSON.stringify(inbox)).not.to.include('赖秀英');
    await ok(api, stranger, `/v1/complaints/${id}/withdraw`);
    // When it is no longer on the list, too: how it was handled may show only then.
    await ok(api, village.publisher, `/v1/needs/${needId}/withdraw`, {});
    await until(api, 'need', needId, 'withdrawn');
    await made(stranger, { about: 'need', needId });
  });

  it('about an office, one’s score or the platform finds who handles it; what one may not know of is not found', async () => {
    const person = await api.person({ homeRegion: VILLAGE });
    const office = await made(person, { about: 'office', level: 'county', regionCode: COUNTY });
    expect((await api.deps.models.complaints.find(office))?.handlingLevel).to.be.oneOf([
      'city',
      'province',
      'operator',
    ]);
    const platform = await made(person, { about: 'platform' });
    const operator = await api.operator();
    expect((await see(operator, platform)).status).to.equal(200);
    expect((await api.call('GET', '/v1/work-list/complaints?limit=100', { as: operator })).text).to.include(platform);
    const score = await made(person, { about: 'score' });
    expect((await api.deps.models.complaints.find(score))?.handlingLevel).to.equal('county');
    const unknown = '01936f5e-7c1a-7cc3-8000-3b0f2a9d4c11';
    expect((await make(person, { about: 'need', needId: unknown })).status).to.equal(404);
    expect((await make(person, { about: 'pledge', pledgeId: unknown })).status).to.equal(404);
    expect((await make(person, { about: 'account', accountId: person.id })).status).to.equal(400);
    expect((await make(person, { about: 'platform', text: '太慢' })).text).to.include('COMPLAINT_LENGTH');
  });

  it('about an offer goes above those who approved it, once it was public; before that strangers know nothing of it', async () => {
    const [donor, stranger] = [await api.donor(), await api.person({ homeRegion: VILLAGE })];
    const county = await api.cadre('county', COUNTY);
    const offer = {
      ...{ category: 'bedding', itemName: '加厚棉被', unit: '床', quantity: 5, unitValueFen: 8_000, condition: 'new' },
      ...{ delivery: 'villagePoint', regionCode: COUNTY, until: new Date(Date.now() + 86_400_000).toISOString() },
    };
    const { id: offerId } = bodyOf<{ id: string }>(await api.call('POST', '/v1/offers', { as: donor, body: offer }));
    await until(api, 'offer', offerId, 'underReview');
    expect((await make(stranger, { about: 'offer', offerId })).status).to.equal(404);
    await ok(api, county, `/v1/offers/${offerId}/approve`, {});
    const id = await made(stranger, { about: 'offer', offerId });
    const record = await api.deps.models.complaints.find(id);
    expect(record).to.deep.include({ about: 'offer', subjectId: offerId });
    expect(record?.accusedIds).to.have.members([donor.id, county.id]);
    expect(record?.handlingLevel).to.be.oneOf(['city', 'province', 'operator']);
    for (const as of [donor, county]) expect((await see(as, id)).status).to.equal(404);
    expect((await make(stranger, { about: 'offer', offerId })).text).to.include('COMPLAINT_OPEN');
  });

  it('is limited per account', async () => {
    const person = await api.person();
    const { count } = api.deps.reference.currentPolicy(Date.now()).complaint.perAccount;
    const one = await make(person, { about: 'platform' });
    const record = await api.deps.models.complaints.find(bodyOf<{ id: string }>(one).id);
    if (record === null) throw new Error('no record');
    const { open: _open, ...closed } = record;
    const others = Array.from({ length: count - 1 }, (_, i) => ({ ...closed, _id: `${record._id}-${i}` }));
    await api.deps.models.complaints.complaints.insertMany(others);
    const more = await make(person, { about: 'score' });
    expect([more.status, more.text.includes('TOO_MANY_COMPLAINTS')]).to.deep.equal([422, true]);
  });
});
