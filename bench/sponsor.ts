import { v7 as uuidv7 } from 'uuid';
import { createClaimSponsored } from '../activities/sponsor.ts';
import { createPlanSponsorship } from '../activities/sponsor-plan.ts';
import type { NeedRecord } from '../models/need.ts';
import type { SponsorshipRecord } from '../models/sponsorship.ts';
import { makeDonors } from './donors.ts';
import { pledgeRecord } from './life.ts';
import { needRecord, REGION_PATH } from './needs.ts';
import type { Row } from './report.ts';
import { interleaved, median, ratioOf, timed } from './stats.ts';
import type { World } from './world.ts';

const CHUNK = 500;

/**
 * One organisation takes on thousands of needs: chunk by chunk reservations, pledges, opening commands, results and
 * totals in one transaction each, against a raw bulkWrite of the same reservations and an insertMany of as many claims.
 */
export async function sponsors(world: World, size: { needs: number; pairs: number }): Promise<Row[]> {
  const { models, db, reference } = world;
  const [donor] = await makeDonors(world, 1, REGION_PATH[4] ?? '');
  const held = db.collection<{ _id: string }>('bench_sponsored');
  const deps = { models, reference, dispatch: () => Promise.resolve() };
  const [plan, claim] = [createPlanSponsorship(deps), createClaimSponsored(deps)];

  const ours = async (): Promise<number> => {
    const needs = await addNeeds(world, size.needs);
    const sponsorship = record(donor?.id ?? '', needs);
    await models.sponsorships.sponsorships.insertOne(sponsorship);
    const request = { caseType: 'sponsorship', caseId: sponsorship._id, seq: 1, reaction: { effect: '', args: {} } };
    let ms = await timed(() => plan(request));
    await models.sponsorships.sponsorships.updateOne({ _id: sponsorship._id }, { $set: { planned: size.needs } });
    for (let left = true; left;) {
      ms += await timed(async () => (left = (await claim(request))?.data['left'] === true));
      // Their cases are not what is measured here: the sweeper must not begin to start them meanwhile.
      await models.commands.commands.deleteMany({ _id: /^sponsor-/ });
    }
    const claimed = (await models.sponsorships.find(sponsorship._id))?.totals.claimed;
    if (claimed !== size.needs) throw new Error(`claimed ${claimed} of ${size.needs}`);
    return (size.needs / ms) * 1000;
  };

  const bare = async (): Promise<number> => {
    const needs = await addNeeds(world, size.needs);
    const pledges = needs.map((need) => pledgeRecord(need));
    const ms = await timed(async () => {
      for (let from = 0; from < needs.length; from += CHUNK) {
        const chunk = needs.slice(from, from + CHUNK).map(({ _id }) => ({
          updateOne: {
            filter: {
              _id,
              stage: 'published' as const,
              lines: { $elemMatch: { id: 'line-1', free: { $gte: 2 } } },
            },
            update: { $inc: { 'lines.$.free': -2, 'lines.$.held': 2 } },
          },
        }));
        await models.needs.needs.bulkWrite(chunk as never, { ordered: false });
        await held.insertMany(pledges.slice(from, from + CHUNK), { ordered: false });
      }
    });
    return (size.needs / ms) * 1000;
  };

  const paired = await interleaved(size.pairs, ours, bare);
  const ratio = ratioOf(paired);
  return [
    {
      what: `Sponsor of ${size.needs.toLocaleString('en')} needs, needs/s`,
      ours: `${Math.round(median(paired.ours))}/s`,
      bare: `${Math.round(median(paired.bare))}/s (raw bulkWrite and insertMany)`,
      ratio: ratio.median,
      spread: `${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)}, ${size.pairs} of each in turns`,
      target: { text: '≥ 0.4', met: ratio.median >= 0.4 },
      note: `${CHUNK} needs to a transaction; the pledges’ cases start afterwards, from the outbox`,
    },
  ];
}

async function addNeeds({ models }: World, count: number): Promise<NeedRecord[]> {
  const template = needRecord(0, {
    stage: 'published',
    publishedAt: new Date(),
    expiresAt: new Date(Date.now() + 86_400_000),
  });
  const needs = Array.from({ length: count }, (_, i) => ({
    ...template,
    _id: uuidv7(),
    householdId: `bench-sponsored-${i}`,
    publisherId: `bench-sponsored-publisher-${i % 200}`,
  }));
  for (let from = 0; from < count; from += 2_000) await models.needs.needs.insertMany(needs.slice(from, from + 2_000));
  return needs;
}

const record = (donorId: string, needs: readonly NeedRecord[]): SponsorshipRecord => ({
  _id: uuidv7(),
  rev: 1,
  stage: 'running',
  seq: 2,
  stageSince: new Date(),
  dueAt: null,
  waitingOn: 'system',
  donorId,
  organisation: '测试基金会',
  regionPath: [],
  regionNames: [],
  category: null,
  needIds: needs.map(({ _id }) => _id),
  needs: null,
  budgetFen: null,
  perNeedFen: null,
  delivery: 'villagePoint',
  planned: null,
  totals: { tried: 0, claimed: 0, units: 0, valueFen: 0 },
  policyVersion: '',
  createdAt: new Date(),
  updatedAt: new Date(),
});
