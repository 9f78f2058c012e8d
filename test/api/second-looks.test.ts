import { expect } from 'chai';
import { createSecondLookSweep } from '../../activities/second-looks.ts';
import { statisticsDifferences } from '../../activities/statistics.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import { askedNext, secondLookTimes, sleepersOf } from '../../domain/need/second-look.ts';
import { addWorkingDays } from '../../domain/time/calendar.ts';
import { useApi, type TestPerson } from '../support/api.ts';
import { bodyOf } from '../support/needs.ts';
import { CALENDAR, MONDAY, POLICY } from '../support/story.ts';
import { createWorld, type World } from '../support/world.ts';

const HOUR = 3_600_000;

describe('Second reviews and second askings', function () {
  this.timeout(60_000);
  const api = useApi();
  let world: World;
  let checkId: string;
  const named = (name: string) => world.near.find((person) => person.name === name) as TestPerson;

  before(async () => {
    world = await createWorld(api);
    checkId = world.ids['outcomeCheckId'] ?? '';
  });

  const sweep = (now: number) => {
    const { models, reference } = api.deps;
    return createSecondLookSweep({ db: models.db, policyIn: reference.policyIn, calendar: CALENDAR })(new Date(now));
  };
  const heard = async (caseId: string, template: string) => {
    const found = await api.deps.models.inbox.inbox.find({ caseId, template }).toArray();
    return found.map(({ accountId }) => accountId);
  };
  const dates = (dueAt: number, remindAt: number) => ({ dueAt: new Date(dueAt), remindAt: new Date(remindAt) });

  it('are due after the policy’s working days, with a reminder at half the time', () => {
    const times = secondLookTimes(MONDAY, POLICY, CALENDAR);
    const dueAt = addWorkingDays(MONDAY, 5, POLICY.shared.time, CALENDAR);
    expect(times).to.deep.equal({ dueAt, remindAt: (MONDAY + dueAt) / 2 });
    expect(secondLookTimes(MONDAY, { ...POLICY, need: { secondLookWorkingDays: undefined } }, CALENDAR)).to.equal(null);
    expect([
      askedNext(['village', 'township']),
      askedNext(['county', 'village']),
      askedNext(['province']),
    ]).to.deep.equal(['county', 'city', null]);
    expect(sleepersOf(['village', 'township'], [])).to.deep.equal(['village', 'township']);
    const before = [{ level: 'village' as const }, { level: 'township' as const }];
    expect(sleepersOf(['village', 'township', 'county'], before), 'those were counted').to.deep.equal(['county']);
    expect(sleepersOf(['province'], [{ level: 'province' }]), 'at the top again and again').to.deep.equal(['province']);
  });

  it('are counted and stand in a village cadre’s day, by their deadline', async () => {
    const { checks } = api.deps.models.outcomeChecks;
    const now = Date.now();
    await checks.updateOne({ _id: checkId }, { $set: dates(now + HOUR, now + HOUR) });
    const as = named('near cadre village');
    const today = bodyOf<{ [list: string]: { count: number; items: { id: string; dueAt: string | null }[] } }>(
      await api.call('GET', '/v1/work-list/today', { as }),
    );
    const counts = bodyOf<{ [list: string]: number }>(await api.call('GET', '/v1/work-list', { as }));
    const found = today['outcomeChecks']?.items.find(({ id }) => id === checkId);
    expect(found?.dueAt).to.equal(new Date(now + HOUR).toISOString());
    expect(today['rechecks']?.items.map(({ id }) => id)).to.include(world.ids['recheckId']);
    for (const list of ['rechecks', 'outcomeChecks']) {
      expect(today[list]?.count, list).to.equal(today[list]?.items.length).and.to.equal(counts[list]);
    }
  });

  it('remind those who are asked once, and ask the level above when the time has passed, again and again', async () => {
    const { rechecks } = api.deps.models.rechecks;
    const id = world.ids['recheckId'] ?? '';
    const now = Date.now();
    await rechecks.updateOne(
      { _id: id },
      { $set: { reviewerId: named('near cadre village').id, ...dates(now + HOUR, now) } },
    );
    const { householdId = '' } = (await rechecks.findOne({ _id: id })) ?? {};
    const { regionPath } = world;
    const office = { role: 'cadre', level: 'village', regionCode: regionPath.at(-1) ?? '' } as const;
    const bound = await Promise.all([api.person({ grants: [office] }), api.person({ grants: [office] })]);
    const [ofIt, helper] = bound.map((person) => person.id);
    // As the register alone knows them: by an ID number, and as who helps.
    await api.deps.models.accounts.accounts.updateOne({ _id: ofIt ?? '' }, { $set: { idNumberIndex: 'of-a-member' } });
    const register = { idIndexes: ['of-a-member'], helperId: helper ?? null };
    await api.deps.models.households.households.updateOne({ _id: householdId }, { $set: register });
    for (let round = 0; round < 2; round += 1) await sweep(now);
    const colleague = named('near cadre township').id;
    for (const tied of bound) expect(await heard(id, 'recheck.reminded')).to.not.include(tied.id);
    expect(await heard(id, 'recheck.reminded'))
      .to.include(colleague)
      .and.not.include(named('near cadre village').id);
    expect((await heard(id, 'recheck.reminded')).filter((one) => one === colleague)).to.have.length(1);
    expect(await heard(id, 'recheck.overdue'), 'not yet').to.deep.equal([]);

    const county = named('near cadre county');
    const list = async () => (await api.call('GET', '/v1/work-list/rechecks?limit=100', { as: county })).text;
    expect(await list()).not.to.include(id);
    await sweep(now + 2 * HOUR);
    expect(await list()).to.include(id);
    expect(await heard(id, 'recheck.overdue')).to.include(county.id);
    const county0 = regionPath[2] ?? '';
    const day = new Date(now + 2 * HOUR + 8 * HOUR).toISOString().slice(0, 10);
    const slept = async () =>
      Object.fromEntries((await api.deps.models.statistics.slept([county0], day, day)).get(county0) ?? []);
    const after = await rechecks.findOne({ _id: id });
    const late = after?.slept?.map(({ level }) => level);
    expect(late, 'in the village only the reviewer and those who are tied hold the office').to.deep.equal(['township']);
    expect(Object.keys(await slept()), 'counted for the county’s ledger').to.include('township');
    expect(after?.levels).to.deep.equal(['village', 'township', 'county']);
    expect(after?.dueAt?.getTime()).to.equal(secondLookTimes(now + 2 * HOUR, POLICY, CALENDAR)?.dueAt);
    await rechecks.updateOne({ _id: id }, { $set: { levels: ['province'], ...dates(now, now + HOUR) } });
    await sweep(now);
    const top = await rechecks.findOne({ _id: id });
    expect(
      await statisticsDifferences({ db: api.deps.models.db, deciders: CASE_DECIDERS }),
      'as a recount says',
    ).to.have.property('size', 0);
    expect([top?.levels, (top?.dueAt?.getTime() ?? 0) > now], 'nobody is above').to.deep.equal([['province'], true]);
    expect(await heard(id, 'recheck.overdue')).to.include(named('near cadre province').id);
    const decided = { status: 'done' as const, dueAt: new Date(now) };
    await rechecks.updateOne({ _id: id }, { $set: decided });
    await sweep(now);
    expect((await rechecks.findOne({ _id: id }))?.dueAt, 'done').to.deep.equal(decided.dueAt);
  });
});
