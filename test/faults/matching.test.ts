import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { TestPerson } from '../support/api.ts';
import { COUNTY } from '../support/needs.ts';
import { reached, sharedPlatform, SPONSOR_CHUNK, stopSharedPlatform, type Platform } from '../support/platform.ts';

const NEEDS = 80;
/** So many of them are urgent, which a match prefers, and not on the sponsor's list: these are the match's for sure. */
const ONLY_FOR_MATCH = 12;
const LANES = 12;

after(async function () {
  this.timeout(60_000);
  await stopSharedPlatform();
});

/** A sponsorship of hundreds of needs and a match work on the same needs when their worker is killed. */
describe('Under faults, matching', function () {
  this.timeout(240_000);
  let platform: Platform;
  before(async () => {
    platform = await sharedPlatform();
  });

  const models = () => platform.inside.deps.models;
  async function post(path: string, as: TestPerson, body?: object) {
    const answer = await platform.call('POST', path, as, body === undefined ? {} : { body });
    expect(answer.status, `${path}: ${JSON.stringify(answer.body)}`).to.be.within(200, 202);
    return String(answer.body['id']);
  }
  async function until(what: string, holds: () => Promise<boolean>, ms = 90_000): Promise<void> {
    for (const giveUpAt = Date.now() + ms; Date.now() < giveUpAt; await sleep(20)) if (await holds()) return;
    throw new Error(`never: ${what}`);
  }
  async function publishMany(count: number): Promise<{ needIds: string[]; listed: string[] }> {
    const needIds: string[] = [];
    const listed: string[] = [];
    let left = count;
    const lane = async (): Promise<void> => {
      while ((left -= 1) >= 0) {
        const urgent = left < ONLY_FOR_MATCH;
        const needId = await platform.draft();
        if (urgent) await models().needs.needs.updateOne({ _id: needId }, { $set: { urgency: 'urgent' } });
        else listed.push(needId);
        await platform.call('POST', `/v1/needs/${needId}/submit`, platform.people.publisher);
        await reached(platform, 'need', needId, ['underReview']);
        await platform.call('POST', `/v1/needs/${needId}/approve`, platform.people.cadre, { body: {} });
        needIds.push(needId);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return { needIds, listed };
  }
  async function sponsorshipOf(sponsor: TestPerson, needIds: readonly string[]): Promise<string> {
    const body = { organisation: '长乐慈善会', delivery: 'faceToFace', needIds };
    const id = await post('/v1/sponsorships', sponsor, body);
    await until('under review', async () => (await models().sponsorships.find(id))?.stage === 'underReview');
    return id;
  }
  async function openOffer(donor: TestPerson, county: TestPerson): Promise<string> {
    const until30 = new Date(Date.now() + 30 * 86_400_000).toISOString();
    const id = await post('/v1/offers', donor, {
      ...{ category: 'bedding', itemName: '棉被', unit: '床', quantity: 40, unitValueFen: 6_000, condition: 'new' },
      ...{ delivery: 'faceToFace', regionCode: COUNTY, until: until30 },
    });
    await until('offer under review', async () => (await models().offers.find(id))?.stage === 'underReview');
    await post(`/v1/offers/${id}/approve`, county, {});
    return id;
  }

  it(`claims each of ${NEEDS} needs once, though the worker dies in the middle of a sponsorship and of a match`, async () => {
    const [sponsor, donor, operator, county] = await Promise.all([
      platform.inside.donor(),
      platform.inside.donor(),
      platform.inside.operator(),
      platform.inside.cadre('county', COUNTY),
    ]);
    const { needIds, listed } = await publishMany(NEEDS);
    const [sponsorshipId, offerId] = await Promise.all([sponsorshipOf(sponsor, listed), openOffer(donor, county)]);
    await post(`/v1/sponsorships/${sponsorshipId}/approve`, operator, {});
    const matchId = await post(`/v1/offers/${offerId}/match`, donor);
    const match = () => models().matches.find(matchId);
    const sponsorship = () => models().sponsorships.find(sponsorshipId);
    // Both have begun, and neither is through.
    await until('both in the middle', async () => {
      const [tried, results] = [(await sponsorship())?.totals.tried ?? 0, (await match())?.results.length ?? 0];
      return tried >= SPONSOR_CHUNK && results >= 1;
    });
    const before = [(await sponsorship())?.totals.tried, (await match())?.stage] as const;
    await platform.cases.kill();
    await platform.cases.start();
    await until('the match is done', async () => (await match())?.stage === 'done');
    await until('all is claimed', async () => (await sponsorship())?.stage === 'claimed');
    await platform.quiet(90_000);

    expect(before[0], 'needs tried before the kill').to.be.within(SPONSOR_CHUNK, listed.length - 1);
    expect(before[1], 'the match before the kill').to.equal('running');
    const lost = await platform.timedOut([`match:${offerId}:${matchId}`, `sponsorship:${sponsorshipId}`]);
    expect(
      lost.filter((how) => how !== 'HEARTBEAT'),
      'a dead worker is noticed by its silence',
    ).to.deep.equal([]);
    const { totals } = (await sponsorship()) ?? {};
    const chunks = await models().sponsorships.chunks.find({ sponsorshipId }).toArray();
    const items = chunks.flatMap((chunk) => chunk.items);
    expect(items.map(({ needId }) => needId).sort()).to.deep.equal([...listed].sort());
    expect(items.filter(({ outcome }) => outcome === 'planned')).to.deep.equal([]);
    const claimed = items.filter(({ outcome }) => outcome === 'claimed');
    expect([totals?.tried, totals?.claimed]).to.deep.equal([listed.length, claimed.length]);
    const results = (await match())?.results ?? [];
    const proposed = results.filter(({ outcome }) => outcome === 'proposed');
    expect(new Set(results.map(({ needId }) => needId)).size).to.equal(results.length);
    expect(proposed.length).to.be.at.least(1);
    const pledges = await models()
      .pledges.pledges.find({ donorId: { $in: [sponsor.id, donor.id] } })
      .toArray();
    expect(pledges.map(({ _id }) => _id).sort()).to.deep.equal(
      [...claimed, ...proposed].map(({ pledgeId }) => pledgeId ?? '').sort(),
    );
    expect(new Set(pledges.map(({ needId, donorId }) => `${needId} ${donorId}`)).size).to.equal(pledges.length);
    // Two quilts each: neither sold twice nor lost.
    const units = new Map<string, number>();
    for (const { needId, lines } of pledges)
      for (const { quantity } of lines) units.set(needId, (units.get(needId) ?? 0) + quantity);
    for await (const { _id, lines } of models().needs.needs.find({ _id: { $in: needIds } })) {
      const held = units.get(_id) ?? 0;
      expect([lines[0]?.free, lines[0]?.held], _id).to.deep.equal([2 - held, held]);
    }
    const { counts, faults } = await platform.check();
    const told = Object.entries(counts).map(([name, n]) => `${n} ${name}`);
    console.log(
      `      ${claimed.length} sponsored, ${proposed.length} proposed; ${told.join(', ')}; ${faults.length} faults`,
    );
    expect(faults.slice(0, 20)).to.deep.equal([]);
  });
});
