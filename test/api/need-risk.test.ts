import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { bandsToFind } from '../../domain/content/picture-hash.ts';
import type { RiskFacts } from '../../domain/need/risk.ts';
import { createRiskFacts } from '../../models/risk-facts.ts';
import type { NeedRecord } from '../../models/need.ts';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { addHousehold, bodyOf, dismissMatches, draftFor, settle, until, type Village } from '../support/needs.ts';

interface Full {
  aid: object | null;
  review: { route: string[] };
  risk: { score: number; band: string; text: string; reasons: { code: string; value: number; text: string }[] } | null;
}

describe('The risk of a need, from its records', function () {
  this.timeout(120_000);
  const api = useLiveApi();
  let village: Village;

  before(async () => {
    village = await settle(api);
  });

  const picture = (seed: number, width: number, quality: number): Promise<Buffer> => {
    const shape = (n: number) =>
      `<ellipse cx="${(seed * n * 37) % 480}" cy="${(seed * n * 53) % 360}" rx="${40 + ((seed * n) % 90)}" ry="${30 + ((seed * n * 7) % 70)}" fill="rgb(${(seed * n * 91) % 255},${(n * 40) % 255},90)"/>`;
    const shapes = Array.from({ length: 9 }, (_, i) => shape(i + 1)).join('');
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="360"><rect width="100%" height="100%" fill="#777"/>${shapes}</svg>`;
    return sharp(Buffer.from(svg)).resize(width).jpeg({ quality }).toBuffer();
  };

  async function uploaded(as: TestPerson, bytes: Buffer): Promise<string> {
    const form = new FormData();
    form.set('photo', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'photo.jpg');
    const answer = await api.call('POST', '/v1/photos', { as, body: form });
    expect(answer.status, answer.text).to.equal(201);
    return bodyOf<{ id: string }>(answer).id;
  }

  /** Another household of the village posts for itself. */
  async function posted(photo: Buffer, change: object = {}) {
    const household = await addHousehold(api);
    const publisher = await api.person({ householdId: household.id });
    const body = draftFor(household.id, [await uploaded(publisher, photo)], change);
    const made = await api.call('POST', '/v1/needs', { as: publisher, body });
    const { id } = bodyOf<{ id: string }>(made);
    await dismissMatches(api, publisher, id);
    const answer = await api.call('POST', `/v1/needs/${id}/submit`, { as: publisher });
    expect(answer.status, answer.text).to.equal(202);
    await until(api, 'need', id, 'underReview');
    return { id, publisher, household };
  }

  const full = async (id: string, as: TestPerson): Promise<Full> =>
    bodyOf<Full>(await api.call('GET', `/v1/needs/${id}/full`, { as }));

  it('stands beside what the household has and gets, and the share of the county’s help that it would be', async () => {
    const { needs } = api.deps.models.needs;
    const { id, publisher, household } = await posted(await picture(41, 480, 90));
    const need = await needs.findOne({ _id: id });
    if (need === null) throw new Error('no need');
    const [line] = need.lines;
    if (line === undefined) throw new Error('no line');
    // In another county, so that nobody else's needs count.
    const regionPath = ['62', '6212', '621224', '621224100', '621224100200'];
    const far = { ...need, regionPath };
    const lines = (received: number) => [{ ...line, quantity: 4, unitPriceFen: 10_000, free: 4 - received, received }];
    const of = (change: Partial<NeedRecord>) => ({ ...far, ...change, _id: randomUUID() });
    await needs.updateOne({ _id: id }, { $set: { regionPath } });
    await needs.insertMany([
      of({ stage: 'published', category: 'heating', lines: lines(1) }),
      of({ stage: 'closed', category: 'clothing', lines: lines(3) }),
      of({ householdId: 'another', stage: 'following', lines: lines(2) }),
      of({ householdId: 'another', stage: 'closed', lines: lines(4), submittedAt: new Date(0) }),
    ]);
    const county = await api.cadre('county', '621224');
    const { aid } = await full(id, county);
    expect(aid).to.deep.equal({
      days: 365,
      openNeeds: 1,
      openNeedsLimit: 3,
      receivedFen: 40_000 + 30_000,
      receivedLimitFen: 500_000,
      countyFen: 10_000 + 30_000 + 20_000,
      countyPercent: Math.round((need.amountFen * 100) / (60_000 + need.amountFen)),
    });
    expect((await full(id, publisher)).aid, 'for its publisher').to.equal(null);
    await needs.deleteMany({ householdId: household.id, _id: { $ne: id } });
  });

  it('is low for an ordinary need, and goes to the village', async () => {
    const { id } = await posted(await picture(3, 480, 90));
    const { review, risk } = await full(id, village.villageCadre);
    expect(review.route).to.deep.equal(['village']);
    expect(risk).to.deep.equal({ score: 0, band: 'low', text: '低风险', reasons: [] });
  });

  it('rises when the same photo stands in another household’s need, also smaller and coarser', async () => {
    const first = await posted(await picture(11, 480, 90));
    const second = await posted(await picture(11, 300, 50));
    const { review, risk } = await full(second.id, village.villageCadre);
    expect(review.route).to.deep.equal(['village', 'township']);
    expect(risk?.reasons.map(({ code, value, text }) => [code, value, text])).to.deep.equal([
      ['photoReused', 1, '1张照片与其他求助的照片相同或极相似'],
    ]);
    expect((await full(first.id, village.villageCadre)).risk?.score).to.equal(0);
    expect((await full(second.id, second.publisher)).risk, 'for its publisher').to.equal(null);
    expect((await full(second.id, village.operator)).risk?.band).to.equal('medium');
  });

  it('counts brands, the register and the publisher’s earlier needs', async () => {
    const title = '需要一台海尔洗衣机';
    const lines = [{ name: '洗衣机', unit: '台', quantity: 1, unitPriceFen: 149_000, condition: 'any' }];
    const { id, household } = await posted(await picture(23, 480, 90), {
      title,
      category: 'household-appliance',
      lines,
    });
    const { models, reference, now } = api.deps;
    const need = await models.needs.find(id);
    if (need === null) throw new Error('the need is missing');
    await models.households.households.updateOne({ _id: household.id }, { $set: { property: 'general' } });
    const { _id: _own, ...copy } = need;
    const earlier = { ...copy, householdId: 'another', submittedAt: new Date() };
    await models.needs.needs.insertMany([
      { ...earlier, _id: 'refused', stage: 'refused' },
      { ...earlier, _id: 'told before', stage: 'published' },
      { ...earlier, _id: 'given up', stage: 'withdrawn' },
    ]);
    const rules = {
      categories: reference.categories,
      brands: reference.brands,
      dayMs: 86_400_000,
      periodDays: 365,
      duplicateWindowDays: 90,
    };
    const { facts, alikeNeeds } = await createRiskFacts(models.db)(need, rules, now());
    const expected: Partial<RiskFacts> = {
      amountFen: 149_000,
      capFen: 200_000,
      people: 2,
      pricePercent: 99,
      brandWords: 1,
      photosReused: 0,
      registered: 0,
      postedBefore: 0,
      alike: 1,
      decided: 2,
      declined: 1,
      meetsMinor: 0,
      otherPayee: 0,
      samePayee: 0,
      sameAddress: 0,
    };
    expect(facts).to.deep.equal(expected);
    expect(alikeNeeds).to.deep.equal(['told before']);
  });

  it('finds photos by their bands alone, without a scan', async () => {
    const { photos } = api.deps.models.photos;
    const plan = await photos.find({ bands: { $in: bandsToFind(['0123456789abcdef']) } }).explain('queryPlanner');
    const { queryPlanner } = plan as unknown as { queryPlanner: { winningPlan: unknown } };
    expect(JSON.stringify(queryPlanner.winningPlan)).to.include('IXSCAN').and.not.include('COLLSCAN');
  });
});
