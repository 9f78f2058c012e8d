import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { v7 as uuidv7 } from 'uuid';
import { makeDonors } from './donors.ts';
import type { FlashOrder, FlashReport } from './flash-load.ts';
import { createLife } from './life.ts';
import { REGION_PATH } from './needs.ts';
import type { Row } from './report.ts';
import { quantile } from './stats.ts';
import type { World } from './world.ts';

const OTHER_EVERY_MS = 50;
const IDLE_MS = 5_000;
const WARM_UP = 500;

/**
 * Thousands of donors come for the units of one need, at a rate that does not wait for answers. Is a unit given twice, how
 * fast do the units go against a bare reservation at the same arrivals, and what do all others notice meanwhile?
 */
export async function flashCrowd(
  world: World,
  size: { donors: number; units: number; perSecond: number },
): Promise<Row[]> {
  const { donors: count, units, perSecond } = size;
  const donors = await makeDonors(world, count, REGION_PATH[4] ?? '');
  const tokens = donors.map(({ token }) => token);
  // A process that has just started compiles its code while the first hundreds are answered: those come before.
  await send(
    await orderOn(world, Math.ceil(units / 10), { perSecond: perSecond / 4, tokens: tokens.slice(0, WARM_UP) }),
  );
  const order = await orderOn(world, units, { perSecond, tokens });
  const idle = await others(world, sleep(IDLE_MS));
  const bare = await bareCrowd(world, size);
  const crowd = send(order);
  const busy = await others(world, crowd);
  const ours = await crowd;
  const given = await unitsGiven(world, order.needId);
  const [p99, idleP99] = [quantile(busy, 0.99), quantile(idle, 0.99)];
  const goodput = ({ won, lastWonMs }: FlashReport): number => (won === 0 ? 0 : (won / lastWonMs) * 1000);
  const ratio = goodput(ours) / goodput(bare);
  const what = `Crowd of ${count.toLocaleString('en')} donors on ${units} units at ${perSecond}/s`;
  const told = Object.entries(ours.statuses)
    .map(([status, times]) => `${times} × ${status}`)
    .join(', ');
  const rows: Row[] = [
    {
      what: `${what}: units given twice`,
      ours: `${Math.max(0, given.pledged - units)}`,
      bare: `${Math.max(0, bare.won - units)}`,
      ratio: null,
      spread: `${given.pledged} of ${units} units in ${given.pledges} pledges, ${given.free} free`,
      target: { text: '0', met: given.pledged <= units && given.pledged + given.free === units },
      note: `answers: ${told}; the need’s case has ${given.events} events`,
    },
    {
      what: `${what}: units given per second`,
      ours: `${goodput(ours).toFixed(0)}/s`,
      bare: `${goodput(bare).toFixed(0)}/s`,
      ratio,
      spread: `a donor’s answer p50 ${ours.p50Ms.toFixed(0)} ms, p99 ${ours.p99Ms.toFixed(0)} ms from his arrival`,
      target: { text: '≥ 0.6', met: ratio >= 0.6 },
      note: 'bare: a conditional update and an insert without HTTP, at the same arrivals',
    },
    {
      what: `${what}: public list for others, p99`,
      ours: `${p99.toFixed(1)} ms`,
      bare: `${idleP99.toFixed(1)} ms (ours, idle)`,
      ratio: p99 / idleP99,
      spread: `p50 ${quantile(busy, 0.5).toFixed(1)} against ${quantile(idle, 0.5).toFixed(1)} ms; ${busy.length} and ${idle.length} reads, one each ${OTHER_EVERY_MS} ms`,
      target: { text: '≤ 3', met: p99 / idleP99 <= 3 },
    },
  ];
  return rows;
}

/** A crowd's order on a published need of its own. */
async function orderOn(
  world: World,
  units: number,
  { perSecond, tokens }: { readonly perSecond: number; readonly tokens: readonly string[] },
): Promise<FlashOrder> {
  const life = createLife(world);
  const lineId = uuidv7();
  const need = await life.submit({
    lines: [
      {
        ...{ id: lineId, name: '棉被', unit: '床', quantity: units, unitPriceFen: 10, condition: 'new' },
        ...{ free: units, held: 0, sent: 0, received: 0 },
      },
    ],
    amountFen: units * 10,
  });
  await life.approve(need._id);
  await world.stages.reached(need._id, 'published');
  return { perSecond, needId: need._id, http: { url: world.url, lineId, tokens } };
}

async function bareCrowd({ db, config }: World, { donors, units, perSecond }: Parameters<typeof flashCrowd>[1]) {
  const needId = uuidv7();
  await db.collection<{ _id: string }>('bench_flash_needs').insertOne({ _id: needId, free: units, held: 0 } as never);
  return send({ perSecond, needId, mongo: { uri: config.mongo.uri, database: db.name, donors } });
}

async function send(order: FlashOrder): Promise<FlashReport> {
  const child = fork(fileURLToPath(new URL('flash-load.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  child.send(order);
  const [report] = (await once(child, 'message')) as [FlashReport];
  return report;
}

/** How long the public list takes for others, asked at fixed times as long as `until` lasts. */
async function others(world: World, until: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  const running: Promise<void>[] = [];
  let over = false;
  const end = until.finally(() => (over = true));
  const start = performance.now();
  for (let i = 0; !over; i += 1) {
    const due = i * OTHER_EVERY_MS;
    running.push(
      fetch(`${world.url}/v1/needs?limit=20`)
        .then((response) => response.arrayBuffer())
        .then(() => void times.push(performance.now() - start - due)),
    );
    await Promise.race([sleep(Math.max(0, start + due + OTHER_EVERY_MS - performance.now())), end.catch(() => null)]);
  }
  await Promise.all(running);
  await end;
  return times;
}

async function unitsGiven({ models }: World, needId: string) {
  const need = await models.needs.find(needId);
  const pledges = await models.pledges.pledges.find({ needId }).toArray();
  const pledged = pledges.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
  const events = (await models.events.of('need', needId)).length;
  return { pledges: pledges.length, pledged, free: need?.lines[0]?.free ?? 0, events };
}
