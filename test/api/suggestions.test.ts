import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import { pathOf } from '../../domain/region/region.ts';
import type { NeedRecord } from '../../models/need.ts';
import { useApi, type TestPerson } from '../support/api.ts';
import { bodyOf, VILLAGE } from '../support/needs.ts';

interface Page {
  readonly items: {
    readonly need: { id: string; recipient: string; regionCode: string };
    readonly available: number;
    readonly reasons: { code: string; text: string }[];
  }[];
}

const ENSHI = '422801001001';

describe('suggestions over HTTP', function () {
  this.timeout(30_000);
  const api = useApi();

  const record = (change: Partial<NeedRecord> = {}): NeedRecord => {
    const at = new Date();
    const lines = [
      { id: uuidv7(), name: '棉被', unit: '床', quantity: 2, unitPriceFen: 6_000, condition: 'new' as const },
    ];
    return {
      _id: uuidv7(),
      rev: 1,
      stage: 'published',
      seq: 4,
      stageSince: at,
      dueAt: null,
      waitingOn: 'donor',
      reviewLevel: null,
      reviewAssigneeId: null,
      audience: 'nation',
      publishedAt: new Date(at.getTime() - 3 * 86_400_000),
      expiresAt: new Date(at.getTime() + 86_400_000),
      revisionId: uuidv7(),
      kind: 'goods',
      householdId: uuidv7(),
      publisherId: uuidv7(),
      recipientPublicName: '张**',
      relation: 'self',
      regionPath: pathOf(VILLAGE),
      regionNames: ['江西省', '赣州市', '石城县', '琴江镇', '长乐村'],
      consent: null,
      tallyVersion: 0,
      openPledges: 0,
      progress: { committed: 'none', sent: 'none', received: 'none' },
      policyVersion: '2026-01',
      searchTerms: [],
      submittedAt: at,
      createdAt: at,
      updatedAt: at,
      title: '冬天需要两床棉被',
      details: '家里两位老人，冬天山上很冷，旧棉被已经不保暖。',
      category: 'bedding',
      urgency: 'normal',
      lines: lines.map((line) => ({ ...line, free: 2, held: 0, sent: 0, received: 0 })),
      amountFen: 12_000,
      photos: [],
      ...change,
    };
  };
  const add = async (...needs: NeedRecord[]): Promise<void> => {
    await api.deps.models.needs.needs.insertMany(needs);
  };
  const suggested = async (as: TestPerson): Promise<Page['items']> => {
    await api.app.services.openNeeds.settled();
    const answer = await api.call('GET', '/v1/suggestions?limit=50', { as });
    expect(answer.status, answer.text).to.equal(200);
    return bodyOf<Page>(answer).items;
  };
  const idsFor = async (as: TestPerson) => (await suggested(as)).map(({ need }) => need.id);
  /** The stream tells of a change a moment after it was made. */
  const until = async (what: () => Promise<boolean>): Promise<void> => {
    for (let waited = 0; waited < 5_000; waited += 20) {
      if (await what()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('it did not come');
  };

  beforeEach(async () => {
    await api.deps.models.needs.needs.deleteMany({});
  });

  it('have reasons, follow what somebody gave, and hear of new needs by themselves', async () => {
    const donor = await api.donor();
    await api.deps.models.donors.donors.insertOne({
      ...{ _id: donor.id, holds: 0, received: 2, lapsed: 0, failed: 0 },
      ...{ gave: { food: 2 }, gaveFen: 20_000 },
    });
    const quilt = record({ regionPath: pathOf(ENSHI) });
    await add(quilt);
    await until(async () => (await idsFor(donor)).includes(quilt._id));
    const food = record({ category: 'food', regionPath: pathOf(ENSHI) });
    await add(food);
    await until(async () => (await idsFor(donor)).length === 2);
    const [first] = await suggested(donor);
    expect(first?.need).to.deep.include({ id: food._id, recipient: '张**' });
    expect(first?.available).to.equal(2);
    expect(first?.reasons.map(({ code }) => code)).to.include.members(['gaveLike', 'waiting', 'neverHelped', 'fits']);
  });

  it('never show what is closed, hidden, over, taken, for others, his own, or given for already', async () => {
    const donor = await api.donor();
    const mark = api.deps.crypto.index.of('idNumber', '99010119600512003X');
    const { accounts, households, needs, pledges } = api.deps.models;
    await accounts.accounts.updateOne({ _id: donor.id }, { $set: { idNumberIndex: mark, homeRegion: VILLAGE } });
    const family = uuidv7();
    await households.households.insertOne({ _id: family, idIndexes: [mark], number: family } as never);
    const good = record();
    const here = record({ audience: '360735100' });
    const own = record({ publisherId: donor.id });
    const known = record({ householdId: family });
    const given = record();
    const hidden = [
      record({ stage: 'matched' }),
      record({ stage: 'paused' }),
      record({ stage: 'takenDown' }),
      record({ stage: 'challenged' }),
      record({ stage: 'draft', audience: undefined as never }),
      record({ expiresAt: new Date(Date.now() - 1_000) }),
      record({ audience: '420921' }),
      record({ audience: 'paired:4228' }),
      record({ lines: record().lines.map((line) => ({ ...line, free: 0, held: 2 })) }),
    ];
    await add(good, here, own, known, given, ...hidden);
    await pledges.pledges.insertOne({ _id: uuidv7(), needId: given._id, donorId: donor.id, stage: 'held' } as never);
    await until(async () => (await idsFor(donor)).includes(good._id));
    expect((await idsFor(donor)).sort()).to.deep.equal([good._id, here._id].sort());
    expect(await idsFor(await api.person())).not.to.include(here._id);
    // Closed behind the back of what the process remembers: MongoDB is asked again each time.
    await api.app.services.openNeeds.settled();
    await needs.needs.updateOne({ _id: good._id }, { $set: { stage: 'paused' } });
    const answer = await api.call('GET', '/v1/suggestions', { as: donor });
    expect(bodyOf<Page>(answer).items.map(({ need }) => need.id)).to.deep.equal([here._id]);
  });

  it('hear of new needs also after MongoDB has forgotten who was listening', async () => {
    const donor = await api.donor();
    await suggested(donor);
    const { db } = api.deps.models;
    const listening = { ns: `${db.name}.needs`, 'cursor.cursorId': { $exists: true } };
    const pipeline = [{ $currentOp: { idleCursors: true, allUsers: true } }, { $match: listening }];
    const found = await db.useDb('admin').db?.command({ aggregate: 1, pipeline, cursor: {} });
    const { firstBatch } = found?.['cursor'] as { firstBatch: { cursor: { cursorId: bigint } }[] };
    const cursors = firstBatch.map(({ cursor }) => cursor.cursorId);
    expect(cursors).to.not.have.length(0);
    await db.db?.command({ killCursors: 'needs', cursors });
    const need = record();
    await add(need);
    await until(async () => (await idsFor(donor)).includes(need._id));
  });

  it('count what they show, for whoever is shown too little', async () => {
    const donor = await api.donor();
    const need = record();
    await add(need);
    await until(async () => (await idsFor(donor)).includes(need._id));
    await api.app.services.openNeeds.settled();
    const counted = await api.deps.models.impressions.of([need._id]);
    expect(counted.get(need._id)).to.be.at.least(1);
  });

  it('of donors show a masked name and a city to the publisher, and nothing to others', async () => {
    const publisher = await api.person();
    const giver = await api.person({ kind: 'donor', homeRegion: '330106' });
    const frozen = await api.person({ kind: 'donor' });
    const { accounts, donors } = api.deps.models;
    await accounts.accounts.updateOne(
      { _id: frozen.id },
      { $set: { frozen: { at: new Date(), by: giver.id, reason: 'x' } } },
    );
    for (const { id } of [giver, frozen])
      await donors.donors.insertOne({ _id: id, holds: 0, received: 3, lapsed: 0, failed: 0, gave: { heating: 3 } });
    const offering = await api.person({ kind: 'donor' });
    const offer = {
      donorId: offering.id,
      category: 'heating',
      stage: 'open',
      left: 2,
      until: new Date(Date.now() + 60_000),
    };
    const ended = { ...offer, donorId: (await api.donor()).id, stage: 'closed' };
    await api.deps.models.db
      .collection<{ _id: string }>('offers')
      .insertMany([offer, ended].map((one) => ({ ...one, _id: uuidv7() })));
    const need = record({ publisherId: publisher.id, category: 'heating', regionPath: pathOf(ENSHI) });
    await add(need);
    const path = `/v1/needs/${need._id}/suggested-donors`;
    const answer = await api.call('GET', path, { as: publisher });
    expect(answer.status, answer.text).to.equal(200);
    expect(bodyOf<{ items: unknown[] }>(answer).items).to.deep.equal([
      {
        name: '张**',
        place: '浙江省杭州市',
        times: 3,
        offers: false,
        reasons: [
          { code: 'gaveLike', text: '捐助过同类求助（3次）' },
          { code: 'paired', text: '来自对口帮扶的东部地区' },
        ],
      },
      {
        ...{ name: '张**', place: null, times: 0, offers: true },
        reasons: [{ code: 'offered', text: '登记过愿意捐赠这类物品' }],
      },
    ]);
    expect(answer.text).not.to.include(giver.id).and.not.include(giver.phone);
    expect((await api.call('GET', path, { as: await api.donor() })).status).to.equal(404);
    expect((await api.call('GET', path, { as: await api.cadre('county', '422801') })).status).to.equal(200);
  });
});
