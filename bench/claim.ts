import { randomUUID } from 'node:crypto';
import { createLife, pledgeRecord } from './life.ts';
import { needRecord } from './needs.ts';
import type { NeedRecord } from '../models/need.ts';
import type { Row } from './report.ts';
import { quantile, timed } from './stats.ts';
import type { World } from './world.ts';

/**
 * A claim as the API makes it (reservation, pledge and outbox in one transaction; the case's start is not awaited)
 * against a bare conditional update and an insert with the same durability.
 */
export async function claims(world: World, count: number): Promise<Row[]> {
  const { models, db } = world;
  const open = (i: number): NeedRecord =>
    needRecord(i, { stage: 'published', publishedAt: new Date(), expiresAt: new Date(Date.now() + 86_400_000) });
  const needs = Array.from({ length: 2 * count }, (_, i) => open(i));
  await models.needs.needs.insertMany(needs);
  const held = db.collection<{ _id: string }>('bench_claims');
  const bare = async (need: NeedRecord): Promise<void> => {
    await models.needs.needs.updateOne(
      { _id: need._id, stage: 'published', lines: { $elemMatch: { id: 'line-1', free: { $gte: 2 } } } },
      { $inc: { 'lines.$.free': -2, 'lines.$.held': 2 } },
    );
    const { _id: _old, ...pledge } = pledgeRecord(need);
    await held.insertOne({ _id: randomUUID(), ...pledge });
  };
  const claim = createLife({ ...world, gateway: { ...world.gateway, dispatch: () => Promise.resolve() } }).claim;
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let i = 0; i < count; i += 1) {
    const [a, b] = [needs[2 * i], needs[2 * i + 1]];
    if (a === undefined || b === undefined) throw new Error('too few needs');
    times.ours.push(await timed(() => claim(a)));
    times.bare.push(await timed(() => bare(b)));
  }
  const ratio = quantile(times.ours, 0.5) / quantile(times.bare, 0.5);
  return [
    {
      what: 'Claim, p50',
      ours: `${quantile(times.ours, 0.5).toFixed(2)} ms`,
      bare: `${quantile(times.bare, 0.5).toFixed(2)} ms`,
      ratio,
      spread: `p99 ${quantile(times.ours, 0.99).toFixed(1)} against ${quantile(times.bare, 0.99).toFixed(1)} ms; ${count} of each, in turns`,
      target: { text: '≤ 1.7', met: ratio <= 1.7 },
      note: `the pledge's case has recorded its first event ${await startDelay(world, Math.min(count, 60))} ms after the answer (p50)`,
    },
  ];
}

/** From the claim's answer to the first recorded event of the pledge's case. */
async function startDelay(world: World, count: number): Promise<string> {
  const life = createLife(world);
  const delays: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const need = needRecord(i, {
      stage: 'published',
      publishedAt: new Date(),
      expiresAt: new Date(Date.now() + 86_400_000),
    });
    await world.models.needs.needs.insertOne(need);
    const pledgeId = await life.claim(need);
    delays.push(
      await timed(async () => {
        while ((await world.models.pledges.find(pledgeId))?.stage !== 'held')
          await new Promise((r) => setTimeout(r, 2));
      }),
    );
  }
  return quantile(delays, 0.5).toFixed(0);
}
