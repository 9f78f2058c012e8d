import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { ledgerCsv } from '../../api/routes/ledger.ts';
import { createStatistics } from '../../activities/statistics.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import type { NeedRecord } from '../../models/need.ts';
import { OVERDUE } from '../../models/statistic.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, COUNTY, ok, publish, settle, submit, until } from '../support/needs.ts';

interface Figures {
  posted: number;
  reviewing: number;
  reviewed: number;
  endedUndecided: number;
  withdrawn: number;
  cancelled: number;
  refused: number;
  handedOff: number;
  matched: number;
  delivered: number;
  overdue: number;
  slept: { [level: string]: number };
}
interface Ledger {
  rows: (Figures & { regionCode: string; name: string })[];
  total: Figures;
}

describe('a county officer’s ledger', function () {
  this.timeout(60_000);
  // What was refused closes, and what nobody claims is handed off, within a second or two.
  const api = useLiveApi((policy) => {
    const soon = 1.5 / 86_400;
    const lifetimeDays = { urgent: soon, normal: soon, low: soon };
    const need = { ...policy.need, appealDays: soon, lifetimeDays, widenDays: undefined };
    return { ...policy, shared: { ...policy.shared, jitterMs: 0 }, need };
  });
  const period = 'from=2026-03-01&to=2026-03-31';

  /** Nine needs of March in 琴江镇, one of February, and a review that the village let pass. */
  async function march(): Promise<void> {
    const village = await settle(api);
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const { needs } = api.deps.models.needs;
    const need = await needs.findOne({ _id: needId });
    if (need === null) throw new Error('no need');
    const at = new Date('2026-03-31T23:59:00+08:00');
    const as = (change: Partial<NeedRecord>): NeedRecord => ({
      ...need,
      submittedAt: at,
      ...change,
      _id: randomUUID(),
    });
    const all = { committed: 'all', sent: 'all', received: 'all' } as const;
    await needs.insertMany([
      as({}),
      as({ stage: 'refused' }),
      // Overdue at the highest level: it waits for an operator, and is still not decided.
      as({ stage: 'parked', waitingOn: 'operator' }),
      as({ stage: 'following', waitingOn: 'clock', publishedAt: at, progress: all }),
      as({ stage: 'published', publishedAt: at, progress: { ...all, received: 'none' } }),
      // Ended before anybody decided, and after.
      as({ stage: 'withdrawn', waitingOn: 'nobody' }),
      as({ stage: 'cancelled', waitingOn: 'nobody' }),
      as({ stage: 'cancelled', waitingOn: 'nobody', publishedAt: at }),
      // Edited when it was public: decided once, and waiting again.
      as({ publishedAt: at }),
      as({ submittedAt: new Date('2026-02-28T23:59:00+08:00') }),
    ]);
    const key = {
      region: '360735100',
      caseType: 'need',
      from: OVERDUE,
      to: 'village',
      category: 'x',
      day: '2026-03-31',
    };
    const { statistics } = api.deps.models.statistics;
    for (const region of ['360735', key.region])
      await statistics.insertOne({ _id: randomUUID(), ...key, region, n: 2 });
    // An offer is for a whole county.
    const offered = { ...key, region: '360735', caseType: 'offer', to: 'city' };
    await statistics.insertOne({ _id: randomUUID(), ...offered, n: 1 });
  }

  it('counts by township what was posted in the period and what became of it, and who slept', async () => {
    await march();
    const county = await api.cadre('county', '360735');
    const answer = await api.call('GET', `/v1/ledger?${period}`, { as: county });
    expect(answer.status, answer.text).to.equal(200);
    const { rows, total } = bodyOf<Ledger>(answer);
    const row = rows.find(({ regionCode }) => regionCode === '360735100');
    expect(row).to.deep.include({ posted: 9, reviewed: 4, matched: 2, delivered: 1, overdue: 2 });
    expect(row?.slept.village).to.equal(2);
    expect(row).to.deep.include({ reviewing: 3, endedUndecided: 2, withdrawn: 1, cancelled: 2 });
    for (const { posted, reviewing, reviewed, endedUndecided } of [...rows, total])
      expect(reviewing + reviewed + endedUndecided).to.equal(posted);
    expect(total).to.include({ posted: 9, delivered: 1, overdue: 3 });
    expect(total.slept).to.deep.equal({ village: 2, township: 0, county: 0, city: 1, province: 0 });
    expect(rows.length).to.be.above(5);
    const csv = await api.call('GET', `/v1/ledger.csv?${period}`, { as: county });
    expect(csv.headers.get('content-type')).to.include('text/csv');
    expect(csv.text).to.match(/\n360735100,琴江镇,9,3,4,1,4,2,1,0,1,2,2,/);
    expect(csv.text).to.include('合计');
  });

  it('still counts what was refused or handed off when it has closed, on the screen and in the CSV', async () => {
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const county = await api.cadre('county', COUNTY);
    const read = async () => {
      const answer = await api.call('GET', `/v1/ledger?from=${today}&to=${today}`, { as: county });
      const csv = await api.call('GET', `/v1/ledger.csv?from=${today}&to=${today}`, { as: county });
      const { reviewed, refused, handedOff } = bodyOf<Ledger>(answer).total;
      const cells = csv.text.trim().split('\n').at(-1)?.split(',') ?? [];
      expect([cells[4], cells[5], cells[9]], csv.text).to.deep.equal([reviewed, refused, handedOff].map(String));
      return { reviewed, refused, handedOff };
    };
    const before = await read();
    const village = await settle(api);
    const refused = await submit(api, village);
    await until(api, 'need', refused, 'underReview');
    const reason = { reasonCode: 'notNeeded', reason: '家里已有足够的棉被' };
    await ok(api, village.villageCadre, `/v1/needs/${refused}/refuse`, reason);
    const unmet = await publish(api, await settle(api));
    await until(api, 'need', unmet, 'handedOff');
    const aid = await api.person({ grants: [{ role: 'aidUnit', regionCode: COUNTY }] });
    await ok(api, aid, `/v1/needs/${unmet}/hand-off/accept`);
    await ok(api, aid, `/v1/needs/${unmet}/hand-off/resolve`, { outcome: 'unmet', reason: '暂时没有合适的物资' });
    await Promise.all([until(api, 'need', unmet, 'closed'), until(api, 'need', refused, 'closed')]);
    const { reviewed, refused: no, handedOff } = before;
    expect(await read()).to.deep.equal({ reviewed: reviewed + 2, refused: no + 1, handedOff: handedOff + 1 });
  });

  it('is for the own region: another county is nothing, a city names one of its own', async () => {
    const get = async (level: 'county' | 'city', region: string, query: string) =>
      (await api.call('GET', `/v1/ledger?${query}`, { as: await api.cadre(level, region) })).status;
    expect(await get('county', '422801', `${period}&county=360735`)).to.equal(404);
    expect(await get('city', '3607', `${period}&county=360735`)).to.equal(200);
    expect(await get('city', '3607', period)).to.equal(400);
    expect(await get('county', '360735', 'from=2026-03-31&to=2026-03-01')).to.equal(400);
  });

  it('holds no formula, whatever a place is called', () => {
    const slept = { village: 0, township: 0, county: 0, city: 0, province: 0 };
    const none = { posted: 0, reviewing: 0, reviewed: 0, refused: 0, published: 0, matched: 0, delivered: 0 };
    const ended = { handedOff: 0, withdrawn: 0, cancelled: 0, endedUndecided: 0 };
    const figures = { ...none, ...ended, amountFen: 0, overdue: 0, slept };
    const row = { regionCode: '360735100', name: '=HYPERLINK("http://x")', ...figures };
    const csv = ledgerCsv({ county: '360735', from: '', to: '', rows: [row], total: figures });
    expect(csv).to.include(`'=HYPERLINK`).and.not.match(/,"?=/);
  });

  it('counts a takeover once against the level that slept, in each region of its path', async () => {
    const village = await settle(api);
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const { events, statistics } = api.deps.models;
    const [last] = (await events.of('need', needId)).slice(-1);
    if (last === undefined) throw new Error('no event');
    const seq = last.seq + 1;
    const taken = { ...(last.data['review'] as object), level: 'township' };
    const data = { from: 'village', to: 'township', skipped: [], review: taken, clock: {} };
    await events.events.insertOne({ ...last, _id: `need:${needId}:${seq}`, seq, type: 'reviewTakenOver', data });
    const before = await statistics.slept(['360735', '360735100', '360735100223'], '2000-01-01', '2100-01-01');
    const count = createStatistics({ db: api.deps.models.db, deciders: CASE_DECIDERS });
    await count(`need:${needId}:${seq}`);
    await count(`need:${needId}:${seq}`);
    const after = await statistics.slept(['360735', '360735100', '360735100223'], '2000-01-01', '2100-01-01');
    for (const region of ['360735', '360735100', '360735100223']) {
      const raised = (after.get(region)?.get('village') ?? 0) - (before.get(region)?.get('village') ?? 0);
      expect(raised, region).to.equal(1);
    }
  });

  it('stands beside a village cadre’s day', async () => {
    const village = await settle(api);
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const answer = await api.call('GET', '/v1/work-list/today', { as: village.villageCadre });
    const today = bodyOf<{ reviews: { count: number; items: { id: string }[] }; visits: { count: number } }>(answer);
    expect(today.reviews.count).to.be.at.least(1);
    expect(today.visits.count).to.equal(0);
    const list = await api.call('GET', '/v1/work-list/reviews?limit=100', { as: village.villageCadre });
    expect(list.text).to.include(needId);
  });
});
