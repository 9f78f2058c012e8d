import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { historyReader } from '../../activities/case-history.ts';
import { createNotifier } from '../../activities/notify.ts';
import { bookMissing, createScores, scoreDifferences } from '../../activities/scores.ts';
import { createStatistics, recountStatistics, statisticsDifferences } from '../../activities/statistics.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import { SYSTEM } from '../../domain/kernel/types.ts';
import { loadPolicies } from '../../infra/policies.ts';
import { loadReference } from '../../infra/reference.ts';
import { connectMongo } from '../../models/db.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { createModels, type Models } from '../../models/index.ts';
import { insertAccount } from '../support/accounts.ts';
import { DONOR, KEEPER, OPERATOR, RECIPIENT, TOWNSHIP, VILLAGE, VILLAGE_2 } from '../support/people.ts';
import { recordStory } from '../support/recorded.ts';
import { useStack } from '../support/stack.ts';
import { followedNeed, heldPledge, submittedNeed } from '../support/story.ts';

const OFFICE = { role: 'cadre', level: 'village', regionCode: VILLAGE.regionCode ?? '' } as const;

describe('The consumers of events', function () {
  this.timeout(60_000);
  const stack = useStack();
  let db: Connection;
  let models: Models;
  let notify: (eventId: string) => Promise<number>;
  let count: (eventId: string) => Promise<void>;

  before(async () => {
    db = await connectMongo(stack.config);
    models = createModels(db);
    await ensureIndexes(db);
    notify = createNotifier({
      db,
      deciders: CASE_DECIDERS,
      words: {},
      categories: loadReference({ profile: 'test' }).categories,
    });
    count = createStatistics({ db, deciders: CASE_DECIDERS });
    const offices = [VILLAGE, VILLAGE_2, TOWNSHIP, KEEPER, OPERATOR];
    for (const { id, role, level, regionCode } of offices) {
      await insertAccount(models, id, {
        role: role as 'cadre',
        ...(level !== undefined && { level }),
        ...(regionCode !== undefined && { regionCode }),
      });
    }
    await insertAccount(models, RECIPIENT.id, { role: 'household' }, 'household-1');
  });
  after(() => db?.close());

  const eventIds = async (caseId: string): Promise<string[]> =>
    (await models.events.events.find({ caseId }).sort({ seq: 1 }).toArray()).map(({ _id }) => _id);
  const inboxOf = async (caseId: string): Promise<string[]> =>
    (await models.inbox.inbox.find({ caseId }).toArray()).map((m) => `${m.accountId} ${m.template}`).sort();

  it('tell those whose turn it is and those who wait, each once, and never the one who did it', async () => {
    const caseId = await recordStory(db, submittedNeed());
    for (const id of await eventIds(caseId)) await notify(id);
    expect(await inboxOf(caseId)).to.deep.equal([
      'publisher need.underReview',
      'recipient need.submitted',
      'recipient need.underReview',
      'village-cadre review.assigned',
      'village-cadre-2 review.assigned',
    ]);
  });

  it('ask a household for its word on the preview also where it posted and edited by its own account', async () => {
    const categoryPath = ['medical', 'mobility-aids', 'wheelchair'];
    const need = submittedNeed({ publisherId: RECIPIENT.id, categoryPath });
    need.do('giveConsent', RECIPIENT, { revisionId: need.state.revisionId });
    need.do('approve', VILLAGE);
    const { lines, amountFen } = need.state;
    need.do('edit', RECIPIENT, { revisionId: 'r-new', lines: lines.map((line) => ({ ...line })), amountFen });
    const caseId = await recordStory(db, need);
    for (const id of await eventIds(caseId)) await notify(id);
    const asked = (await inboxOf(caseId)).filter((line) => line === 'recipient need.previewAsked');
    expect(asked).to.have.length(2);
  });

  it('ask nobody to review for a household that is his by the register, or that he helps', async () => {
    await models.households.households.insertOne({
      _id: 'household-1',
      idIndexes: ['of-a-member'],
      helperId: VILLAGE_2.id,
    } as never);
    await models.accounts.accounts.updateOne({ _id: VILLAGE.id }, { $set: { idNumberIndex: 'of-a-member' } });
    await models.accounts.insert({
      ...((await models.accounts.find(VILLAGE.id)) as NonNullable<Awaited<ReturnType<Models['accounts']['find']>>>),
      ...{ _id: 'stand-in', phoneIndex: 'stand-in', idNumberIndex: 'his-own' },
      grants: [{ id: 'g', ...OFFICE, standsInFor: VILLAGE.id, grantedBy: 'test', grantedAt: new Date() }],
    });
    try {
      const caseId = await recordStory(db, submittedNeed());
      for (const id of await eventIds(caseId)) await notify(id);
      expect((await inboxOf(caseId)).filter((line) => line.endsWith('review.assigned'))).to.deep.equal([]);
    } finally {
      await models.households.households.deleteOne({ _id: 'household-1' });
      await models.accounts.accounts.deleteOne({ _id: 'stand-in' });
      await models.accounts.accounts.updateOne({ _id: VILLAGE.id }, { $unset: { idNumberIndex: '' } });
    }
  });

  it('write once when an event is handled twice, also side by side', async () => {
    const need = submittedNeed();
    const caseId = await recordStory(db, need);
    const ids = await eventIds(caseId);
    await Promise.all([...ids, ...ids, ...ids].map((id) => notify(id)));
    const once = await inboxOf(caseId);
    for (const id of ids) expect(await notify(id), id).to.equal(0);
    expect(await inboxOf(caseId)).to.deep.equal(once);
    expect(once).to.have.length(5);
  });

  it('let only the last event of one command speak to a person', async () => {
    const need = followedNeed();
    const caseId = await recordStory(db, need);
    for (const id of await eventIds(caseId)) await notify(id);
    const toPublisher = (await inboxOf(caseId)).filter((line) => line.startsWith('publisher'));
    const types = need.told;
    expect(types).to.include.members(['allCommitted', 'allSettled', 'followingStarted']);
    expect(toPublisher).to.include('publisher need.followingStarted');
    expect(toPublisher).not.to.include('publisher need.allCommitted');
  });

  it('tell the parties of a pledge, with the title of its need', async () => {
    const pledge = heldPledge({ needId: 'need-of-the-pledge' });
    await models.needs.needs.insertOne({
      _id: 'need-of-the-pledge',
      title: '两床过冬棉被',
      regionNames: ['江西省', '赣州市', '石城县', '琴江镇', '长乐村'],
    } as never);
    pledge.do('send', { id: pledge.state.donorId, role: 'donor' });
    const caseId = await recordStory(db, pledge);
    for (const id of await eventIds(caseId)) await notify(id);
    expect(await inboxOf(caseId)).to.deep.equal([
      'keeper pledge.parcelOnItsWay',
      'publisher pledge.claimed',
      'publisher pledge.sent',
      'recipient pledge.claimed',
      'recipient pledge.sent',
    ]);
    const [message] = await models.inbox.list({ accountId: KEEPER.id, unreadOnly: true, limit: 1 });
    expect(message?.text).to.contain('《两床过冬棉被》');
    expect(await models.inbox.markRead(KEEPER.id, 'all', new Date())).to.equal(1);
    expect(await models.inbox.unread(KEEPER.id)).to.equal(0);
  });

  it('tell the household and the village’s cadres of a locked pickup code', async () => {
    const pledge = heldPledge({ needId: 'need-locked' });
    pledge.do('send', DONOR);
    pledge.do('arrive', KEEPER);
    pledge.do('lockCode', SYSTEM);
    const caseId = await recordStory(db, pledge);
    for (const id of await eventIds(caseId)) await notify(id);
    expect((await inboxOf(caseId)).filter((told) => told.includes('codeLocked'))).to.deep.equal([
      'publisher pledge.codeLocked',
      'recipient pledge.codeLocked',
      'village-cadre pledge.codeLockedAtPoint',
      'village-cadre-2 pledge.codeLockedAtPoint',
    ]);
  });

  it('tell whoever is outside of a need about somebody’s health its category, and its own people its title', async () => {
    const title = '中风老人缺护理垫';
    const ofHealth = { category: 'care-supplies', regionNames: ['琴江镇', '长乐村'] };
    await models.needs.needs.insertOne({ _id: 'need-of-health', title, ...ofHealth } as never);
    const pledge = heldPledge({ needId: 'need-of-health' });
    pledge.do('send', DONOR);
    pledge.do('arrive', KEEPER);
    const caseId = await recordStory(db, pledge);
    for (const id of await eventIds(caseId)) await notify(id);
    const texts = async (accountId: string) =>
      (await models.inbox.inbox.find({ caseId, accountId }).toArray()).map(({ text }) => text).join();
    for (const outside of [DONOR.id, KEEPER.id])
      expect(await texts(outside), outside)
        .to.include('护理用品求助')
        .and.not.include(title);
    expect(await texts('publisher')).to.include(title);
  });

  it('tell the township of a visit that is due where the village has nobody for it', async () => {
    const visit = async (needId: string): Promise<string[]> => {
      const pledge = heldPledge({ needId });
      pledge.do('send', DONOR);
      pledge.tickUntil('dueVisit');
      const caseId = await recordStory(db, pledge);
      for (const id of await eventIds(caseId)) await notify(id);
      return (await inboxOf(caseId)).filter((told) => told.endsWith('pledge.visitDue'));
    };
    expect(await visit('need-1')).to.deep.equal(['village-cadre pledge.visitDue', 'village-cadre-2 pledge.visitDue']);
    const village = { _id: { $in: [VILLAGE.id, VILLAGE_2.id] } };
    await models.accounts.accounts.updateMany(village, { $set: { frozen: { at: new Date(), by: 'x', reason: 'y' } } });
    expect(await visit('need-2')).to.deep.equal([`${TOWNSHIP.id} pledge.visitDue`]);
    await models.accounts.accounts.updateMany(village, { $set: { frozen: null } });
  });

  it('pass over an event that a restored backup no longer has', async () => {
    expect(await notify('need:018f0000-0000-7000-8000-000000000000:4')).to.equal(0);
    await count('need:018f0000-0000-7000-8000-000000000000:4');
  });

  it('read what is new of a case they know, and all of it when a restored backup has written something else', async () => {
    const story = submittedNeed();
    const caseId = await recordStory(db, story);
    const read = historyReader(db, CASE_DECIDERS);
    expect((await read('need', caseId, 1))?.steps).to.have.length(1);
    story.do('approve', VILLAGE);
    await recordStory(db, story, caseId);
    const seq = story.events.length;
    const known = await read('need', caseId, seq);
    expect(known).to.deep.equal(await historyReader(db, CASE_DECIDERS)('need', caseId, seq));
    expect(known?.steps.at(-1)?.after.stage).to.equal('published');
    const { events } = models.events;
    const last = await events.findOneAndDelete({ caseId, seq });
    expect(await read('need', caseId, seq)).to.equal(null);
    await events.insertOne({ ...last, type: 'needWithdrawn', data: { because: 'test' }, hash: 'another' } as never);
    expect((await read('need', caseId, seq))?.steps.at(-1)?.after.stage).to.equal('withdrawn');
    await events.deleteMany({ caseId });
    await models.cases.cases.deleteOne({ caseId });
  });

  it('count each move from stage to stage once, in any order and however often, as a recount says', async () => {
    const stories = [submittedNeed(), followedNeed(), followedNeed()];
    const ids: string[] = [];
    for (const story of stories) ids.push(...(await eventIds(await recordStory(db, story))));
    ids.push(...(await models.events.events.find({}).toArray()).map(({ _id }) => _id));
    for (const id of ids.toReversed()) await count(id);
    for (const id of ids) await count(id);
    const recount = await recountStatistics({ db, deciders: CASE_DECIDERS });
    expect([...(await statisticsDifferences({ db, deciders: CASE_DECIDERS }))]).to.deep.equal([]);
    expect(recount.size).to.be.greaterThan(10);
    const key = [...recount.keys()].find((k) => k.startsWith('360735|need|start|submitted|goods.bedding.quilt|'));
    expect(recount.get(key ?? '')).to.be.greaterThan(2);
  });

  it('show by the recount that a counter was changed by hand', async () => {
    const { statistics } = models.statistics;
    const one = await statistics.findOne({});
    await statistics.updateOne({ _id: one?._id ?? '' }, { $inc: { n: 1 } });
    const differences = await statisticsDifferences({ db, deciders: CASE_DECIDERS });
    expect([...differences]).to.deep.equal([[one?._id, [(one?.n ?? 0) + 1, one?.n]]]);
  });

  it('book each fact once for its score, in any order and however often, side by side too', async () => {
    const { currentPolicy } = loadPolicies('default');
    const deps = { db, deciders: CASE_DECIDERS, currentPolicy };
    const score = createScores(deps);
    const gifts = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const pledge = heldPledge();
        pledge.do('send', DONOR);
        pledge.do('confirm', RECIPIENT);
        return recordStory(db, pledge);
      }),
    );
    const ids = (await models.events.events.find({}).toArray()).map(({ _id }) => _id);
    await Promise.all([...ids, ...ids].map((id) => score(id)));
    for (const id of ids.toReversed()) await score(id);
    expect([...(await scoreDifferences(deps))]).to.deep.equal([]);
    const given = await models.scores.scores.findOne({ _id: `donor:${DONOR.id}` });
    expect([given?.points, given?.entries]).to.deep.equal([gifts.length * 10, gifts.length]);
    const { scores, ledger } = models.scores;
    await scores.updateOne({ _id: `donor:${DONOR.id}` }, { $inc: { points: 7 } });
    expect([...(await scoreDifferences(deps))]).to.deep.equal([[`donor:${DONOR.id}`, [47, 40]]]);
    await scores.updateOne({ _id: `donor:${DONOR.id}` }, { $inc: { points: -7 } });
    const line = await ledger.findOne({ rule: 'donorDelivered' });
    if (line === null) throw new Error('no line');
    const [_id, made] = [line._id, 'made up'];
    const damages = [
      [_id, () => ledger.updateOne({ _id }, { $set: { score: 'donor:somebody' } })],
      [_id, () => ledger.updateOne({ _id }, { $set: { points: 99 } })],
      [_id, () => ledger.deleteOne({ _id })],
      [made, () => ledger.insertOne({ ...line, _id: made })],
    ] as const;
    for (const [seen, damage] of damages) {
      await damage();
      expect([...(await scoreDifferences(deps)).keys()], damage.toString()).to.include(seen);
      await ledger.deleteOne({ _id: made });
      await ledger.replaceOne({ _id }, line, { upsert: true });
    }
    const need = followedNeed();
    need.tickUntil('askOutcome');
    need.do('answer', RECIPIENT, { question: 1, answer: 'good' });
    const needId = await recordStory(db, need);
    const place = { needId, needTitle: '', receivedLines: [], marks: [], stage: 'received' };
    const before = { ...place, _id: `${needId}-1`, donorId: 'early', stageSince: new Date(need.now - 1000) };
    const after = { ...place, _id: `${needId}-2`, donorId: 'late', stageSince: new Date(need.now + 1000) };
    await models.pledges.pledges.insertMany([before, after] as never[]);
    for (const id of await eventIds(needId)) await score(id);
    expect((await scores.findOne({ _id: 'donor:early' }))?.points).to.equal(2);
    expect(await scores.findOne({ _id: 'donor:late' }), 'came after the answer').to.equal(null);
    await Promise.all([ledger.deleteMany({}), scores.deleteMany({})]);
    expect(await bookMissing(deps)).to.be.at.least(gifts.length);
    expect([...(await scoreDifferences(deps))]).to.deep.equal([]);
  });
});
