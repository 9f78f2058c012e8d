import { expect } from 'chai';
import { createScores, scoreDifferences } from '../../activities/scores.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import type { CaseType } from '../../contracts/cases.ts';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, COUNTY, ok, publish, settle, TOWNSHIP, until, VILLAGE } from '../support/needs.ts';
import type { Village } from '../support/needs.ts';

interface Score {
  readonly scores: readonly { kind: string; points: number; text: string; nextFrom: number | null }[];
  readonly items: readonly {
    rule: string;
    text: string;
    points: number;
    source: { kind: string; id: string | null };
  }[];
  readonly next: string | null;
}

describe('a score', function () {
  this.timeout(60_000);
  // What is given here comes within seconds, and is to be worth what it would be after days.
  const api = useLiveApi((policy) => {
    const { minutesAfterPublication, floorValueFen } = policy.pledge.marks ?? {
      minutesAfterPublication: 5,
      floorValueFen: 500,
    };
    return { ...policy, pledge: { ...policy.pledge, marks: { minutesAfterPublication, floorValueFen } } };
  });
  let village: Village;
  let donor: TestPerson;
  let pledgeId: string;

  const deps = () => {
    const { models, reference } = api.deps;
    return { db: models.db, deciders: CASE_DECIDERS, currentPolicy: reference.currentPolicy };
  };
  /** What the relay would bring. */
  const feed = async (caseType: CaseType, caseId: string): Promise<void> => {
    const score = createScores(deps());
    for (const { _id } of await api.deps.models.events.of(caseType, caseId)) await score(_id);
  };
  const scoreOf = async (as: TestPerson, query = ''): Promise<Score> => {
    const answer = await api.call('GET', `/v1/my/score${query}`, { as });
    expect(answer.status, answer.text).to.equal(200);
    return bodyOf<Score>(answer);
  };

  before('a gift that was received', async () => {
    village = await settle(api);
    donor = await api.donor();
    const needId = await publish(api, village);
    const body = { whole: true, delivery: 'faceToFace' };
    pledgeId = bodyOf<{ id: string }>(await api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body })).id;
    await until(api, 'pledge', pledgeId, 'held');
    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, {});
    await ok(api, village.publisher, `/v1/pledges/${pledgeId}/confirm`, {});
    await until(api, 'need', needId, 'following');
    await ok(api, village.publisher, `/v1/needs/${needId}/thanks`, { text: '谢谢好心人，被子很暖和' });
    await feed('pledge', pledgeId);
    await feed('need', needId);
  });

  it('is shown to whom it is about, with every line’s rule and what it came from', async () => {
    const mine = await scoreOf(donor);
    expect(mine.scores).to.have.length(1);
    expect(mine.scores[0]).to.deep.include({ kind: 'donor', points: 10, text: '一般', nextFrom: 20 });
    const [line] = mine.items;
    expect(line).to.deep.include({ rule: 'donorDelivered', text: '捐助的物品已确认收到', points: 10 });
    expect(line?.source).to.deep.equal({ kind: 'pledge', id: pledgeId });
    const family = await scoreOf(village.publisher, '?kind=household&limit=1');
    expect(family.scores.map(({ kind, points }) => `${kind} ${points}`)).to.deep.equal(['household 4']);
    const rest = await scoreOf(village.publisher, `?kind=household&limit=1&cursor=${family.next ?? ''}`);
    expect([...family.items, ...rest.items].map(({ rule }) => rule)).to.deep.equal([
      'householdThanked',
      'householdConfirmed',
    ]);
    expect(rest.next).to.equal(null);
    const cadre = await scoreOf(village.villageCadre);
    expect(cadre.scores.map(({ kind }) => kind)).to.deep.equal(['donor', 'reviewer']);
  });

  it('of a household is shown to one that came in by its number, and no other score', async () => {
    const phoneIndex = 'of its registered phone';
    const { households } = api.deps.models.households;
    await households.updateOne({ _id: village.household.id }, { $set: { phoneIndex } });
    const session = await api.app.services.sessions.ofHousehold({ _id: village.household.id, phoneIndex });
    const seen = await scoreOf({ id: village.household.id, phone: '', token: session.accessToken });
    expect(seen.scores.map(({ kind, points }) => `${kind} ${points}`)).to.deep.equal(['household 4']);
  });

  it('is corrected by an appeal that is upheld, as a line of its own', async () => {
    const complain = (as: TestPerson, body: object) =>
      api.call('POST', '/v1/complaints', { as, body: { about: 'score', kind: 'unfair', ...body } });
    const text = '寄出的物品少算了一次，请核对更正。';
    expect((await complain(donor, { text, score: 'household' })).status).to.equal(400);
    expect((await complain(donor, { text, score: 'reviewer' })).status).to.equal(400);
    const made = await complain(donor, { text });
    const { id } = bodyOf<{ id: string }>(made);
    await until(api, 'complaint', id, 'handling');
    const upheld = { measure: 'scoreCorrected', reason: '经核对确有遗漏，予以更正', correction: 15 };
    await ok(api, village.countyCadre, `/v1/complaints/${id}/uphold`, upheld);
    await feed('complaint', id);
    const { scores, items } = await scoreOf(donor);
    expect(scores[0]).to.deep.include({ points: 25, text: '良好' });
    expect(items[0]).to.deep.include({ rule: 'correction', points: 15, source: { kind: 'complaint', id } });
    expect([...(await scoreDifferences(deps()))]).to.deep.equal([]);
  });

  it('hears what both sides of a pledge say of each other, each once, without names', async () => {
    const path = `/v1/pledges/${pledgeId}/ratings`;
    const rate = (as: TestPerson, body: object, key?: string) =>
      api.call('POST', path, { as, body, ...(key !== undefined && { key }) });
    const before = (await scoreOf(donor)).scores[0]?.points ?? 0;
    const text = '被子很厚实，谢谢您。';
    expect((await rate(village.publisher, { stars: 5, text: '我的电话是13912345678' })).text).to.include(
      'PERSONAL_DATA',
    );
    expect((await rate(village.publisher, { stars: 6 })).status).to.equal(400);
    expect((await rate(village.villageCadre, { stars: 5 })).status).to.equal(403);
    expect((await rate(await api.donor(), { stars: 5 })).status).to.equal(404);
    // What cannot be told is not kept either; the next try does both.
    const limitSms = (validator: object) => api.deps.models.db.db?.command({ collMod: 'smsMessages', validator });
    await limitSms({ _id: 'none' });
    const untold = await rate(donor, { stars: 4 }, 'not-yet');
    await limitSms({});
    expect(untold.status).to.equal(500);
    expect(await api.deps.models.ratings.of(pledgeId)).to.deep.equal([]);
    const first = await rate(village.publisher, { stars: 5, text }, 'one-key-for-both-tries');
    expect(first.status, first.text).to.equal(201);
    expect((await rate(village.publisher, { stars: 5, text }, 'one-key-for-both-tries')).status).to.equal(201);
    const told = async (as: TestPerson) =>
      (await api.deps.models.inbox.inbox.find({ accountId: as.id, eventId: /^rating:/ }).toArray()).map(
        (message) => `${message.template} ${message.text}`,
      );
    expect(await told(donor)).to.have.length(1);
    expect((await told(donor))[0])
      .to.include('pledge.ratedByHousehold')
      .and.include('5星')
      .and.not.include(text);
    expect(await told(village.publisher)).to.deep.equal([]);
    expect((await rate(village.publisher, { stars: 1 })).text).to.include('ALREADY_DONE');
    expect((await rate(donor, { stars: 4, text: '联系很及时' })).status).to.equal(201);
    expect((await told(village.publisher))[0])
      .to.include('pledge.ratedByDonor')
      .and.include('4星');
    const { scores, items } = await scoreOf(donor);
    expect(scores[0]?.points).to.equal(before + 4);
    expect(items[0]).to.deep.include({ rule: 'donorRated', points: 4, source: { kind: 'rating', id: pledgeId } });
    const family = await scoreOf(village.publisher, '?kind=household');
    expect(family.items[0]).to.deep.include({ rule: 'householdRated', points: 2 });
    for (const as of [donor, village.publisher, village.townCadre]) {
      const seen = await api.call('GET', path, { as });
      const shown = bodyOf<{ items: { by: string; stars: number; text: string }[] }>(seen).items;
      expect(shown.map(({ by, stars }) => `${by} ${stars}`)).to.deep.equal(['recipient 5', 'donor 4']);
      expect(seen.text).to.include(text).and.not.include(donor.id);
    }
    expect([...(await scoreDifferences(deps()))]).to.deep.equal([]);
    const open = await publish(api, await settle(api));
    const claim = { whole: true, delivery: 'faceToFace' };
    const held = await api.call('POST', `/v1/needs/${open}/claims`, { as: donor, body: claim });
    const early = `/v1/pledges/${bodyOf<{ id: string }>(held).id}/ratings`;
    expect((await api.call('POST', early, { as: donor, body: { stars: 5 } })).status).to.equal(409);
    const days = api.deps.reference.currentPolicy(Date.now()).score.ratingDays;
    const longAgo = new Date(Date.now() - (days + 1) * 86_400_000);
    await api.deps.models.ratings.ratings.deleteMany({ pledgeId, by: 'donor' });
    await api.deps.models.pledges.pledges.updateOne({ _id: pledgeId }, { $set: { stageSince: longAgo } });
    expect((await rate(donor, { stars: 4 })).text).to.include('TOO_LATE');
  });

  it('of a village is for the cadres of its area, by its code, and keeps ids alone', async () => {
    const { scores, ledger } = api.deps.models.scores;
    const sum = { kind: 'village' as const, points: -2, entries: 1 };
    await scores.updateOne({ _id: `village:${VILLAGE}` }, { $set: sum }, { upsert: true });
    await scores.updateOne({ _id: 'village:360735100201' }, { $set: { ...sum, points: 70 } }, { upsert: true });
    const line = { rule: 'villageSlept' as const, points: -2, at: new Date(), policyVersion: '2026-01' };
    const source = { score: `village:${VILLAGE}`, source: `need:${pledgeId}:7` };
    await ledger.insertOne({ _id: 'made for this test', ...line, ...source });
    const read = async (as: TestPerson, path: string) => api.call('GET', `/v1/regions/${path}`, { as });
    interface Villages {
      items: { villageCode: string; place: string; points: number; text: string }[];
      next: string | null;
    }
    const first = bodyOf<Villages>(await read(village.townCadre, `${TOWNSHIP}/score?limit=1`));
    const second = bodyOf<Villages>(
      await read(village.townCadre, `${TOWNSHIP}/score?limit=1&cursor=${first.next ?? ''}`),
    );
    expect([...first.items, ...second.items].map(({ villageCode, text }) => `${villageCode} ${text}`)).to.deep.equal([
      '360735100201 优秀',
      `${VILLAGE} 有待改进`,
    ]);
    const lines = bodyOf<Score>(await read(village.villageCadre, `${VILLAGE}/score-entries`));
    expect(lines.items[0]).to.deep.include({ rule: 'villageSlept', text: '村级逾期未审核' });
    expect((await read(village.villageCadre, `${COUNTY}/score`)).status).to.equal(404);
    expect((await read(await api.cadre('county', '422801'), `${COUNTY}/score`)).status).to.equal(404);
    const kept = JSON.stringify([await scores.find({}).toArray(), await ledger.find({}).toArray()]);
    expect(kept).not.to.match(/\p{Script=Han}/u);
    for (const personal of [donor.phone, village.household.headIdNumber]) expect(kept).not.to.include(personal);
  });
});
