import { expect } from 'chai';
import { useApi, type TestPerson } from '../support/api.ts';
import { bodyOf } from '../support/needs.ts';
import { createStatistics } from '../../activities/statistics.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import { createWorld, type World } from '../support/world.ts';

describe('An office that nobody holds any more', function () {
  this.timeout(60_000);
  const api = useApi();
  let world: World;
  before(async () => {
    world = await createWorld(api);
  });
  const named = (name: string) => world.near.find((person) => person.name === name) as TestPerson;
  const told = async () => {
    const commands = await api.deps.models.commands.commands.find({ name: 'reroute' }).toArray();
    return commands.map(({ caseType, caseId, data }) => ({ caseType, caseId, data }));
  };

  it('passes on doubts, disputes, offers, applications, certifications and complaints with who may decide them now', async () => {
    const { needs, pledges, applications, certifications } = api.deps.models;
    const { needId = '', pledgeId = '', offerId = '', applicationId = '', certificationId = '' } = world.ids;
    await needs.needs.updateOne({ _id: needId }, { $set: { stage: 'challenged', reviewLevel: 'county' } });
    await pledges.pledges.updateOne({ _id: pledgeId }, { $set: { stage: 'disputed', waitingOn: 'countyCadre' } });
    await applications.applications.updateOne({ _id: applicationId }, { $set: { reviewLevel: 'county' } });
    await certifications.certifications.updateOne({ _id: certificationId }, { $set: { reviewLevel: 'county' } });
    const { complaints } = api.deps.models.complaints;
    const { complaintId = '' } = world.ids;
    await complaints.updateOne({ _id: complaintId }, { $set: { stage: 'handling', handlingLevel: 'county' } });
    const freeze = (accountId: string) =>
      api.call('POST', `/v1/accounts/${accountId}/freeze`, {
        as: named('operator'),
        body: { reason: '已不在该岗位任职' },
      });
    const colleague = await api.cadre('county', '360735');
    expect((await freeze(colleague.id)).status).to.equal(200);
    expect(await told(), 'another holds the office').to.deep.equal([]);
    // Whoever is left may do all of it but what is about himself, or for a household that he helps.
    const { households } = api.deps.models.households;
    const mine = { _id: (await needs.find(needId))?.householdId ?? '' };
    const before = await households.findOne(mine);
    await households.updateOne(mine, { $set: { helperId: named('near cadre county').id } });
    await complaints.updateOne({ _id: complaintId }, { $set: { accusedIds: [named('near cadre county').id] } });
    const another = await api.cadre('county', '360735');
    expect((await freeze(another.id)).status).to.equal(200);
    expect((await told()).map(({ caseType }) => caseType)).to.include.members(['need', 'complaint']);
    expect((await told()).map(({ caseType }) => caseType)).not.to.include.members(['application', 'offer']);
    for (const { data } of await told()) expect(data['eligible']).to.include({ county: false, city: true });
    await api.deps.models.commands.commands.deleteMany({ name: 'reroute' });
    await households.updateOne(mine, { $set: { helperId: before?.helperId ?? null } });
    await complaints.updateOne({ _id: complaintId }, { $set: { accusedIds: [] } });
    const frozen = await freeze(named('near cadre county').id);
    expect(frozen.status, frozen.text).to.equal(200);
    const sent = await told();
    const cases = sent.map(({ caseType, caseId }) => `${caseType} ${caseId}`);
    expect(cases).to.have.members([
      `need ${needId}`,
      `pledge ${pledgeId}`,
      `offer ${offerId}`,
      `application ${applicationId}`,
      `certification ${certificationId}`,
      `complaint ${complaintId}`,
    ]);
    for (const { data, caseType } of sent) {
      const { county, city } = data['eligible'] as { county: boolean; city: boolean };
      expect([county, city], caseType).to.deep.equal([false, true]);
    }
  });

  it('is on the operators’ list of levels that were passed over, with its place and whether it is vacant', async () => {
    const { needId = '' } = world.ids;
    const event = { caseType: 'need', caseId: needId, actor: { id: 's', role: 'system' as const }, commandId: 'x' };
    await api.deps.models.events.events.insertOne({
      ...event,
      _id: `need:${needId}:1`,
      seq: 1,
      at: new Date('2026-05-06T04:00:00Z'),
      type: 'challengeRerouted',
      data: { from: 'township', level: 'city', skipped: ['township', 'county'], eligible: {}, clock: {} },
      hash: '',
    } as never);
    const seed = { regionPath: world.regionPath, lines: [], category: 'bedding', urgency: 'normal' };
    await api.deps.models.cases.cases.updateOne({ caseId: needId }, { $set: { seed: seed as never } });
    const count = createStatistics({ db: api.deps.models.db, deciders: CASE_DECIDERS });
    await count(`need:${needId}:1`);
    await count(`need:${needId}:1`);
    const list = async (query: string) =>
      bodyOf<{ items: object[] }>(
        await api.call('GET', `/v1/skipped-levels?from=2026-05-06&to=2026-05-06${query}`, { as: named('operator') }),
      ).items;
    const [township, county] = [world.regionPath[3], world.regionPath[2]];
    const both = await list(`&region=${county}`);
    expect(both).to.have.length(2);
    const common = { times: 1, last: '2026-05-06' };
    expect(both).to.deep.include.members([
      { ...common, regionCode: county, place: '江西省赣州市石城县', level: 'county', vacant: true },
      { ...common, regionCode: township, place: '江西省赣州市石城县琴江镇', level: 'township', vacant: false },
    ]);
    expect(await list('&region=42')).to.deep.equal([]);
    const cadre = await api.call('GET', '/v1/skipped-levels?from=2026-05-06&to=2026-05-06', {
      as: named('near cadre city'),
    });
    expect(cadre.status).to.equal(403);
  });
});
