import type { Client } from '@temporalio/client';
import type { Bare } from './bare/client.ts';
import { addCpu, cpuBetween, cpuNow, cpuText, type Cpu } from './cpu.ts';
import { createLife } from './life.ts';
import type { Row } from './report.ts';
import { inLanes, interleaved, median, ratioOf, timed } from './stats.ts';
import type { World } from './world.ts';

const LANES = 12;

/** Lifecycles per second, and the history events that one takes. */
export async function lifecycles(world: World, bare: Bare, size: { lives: number; pairs: number }): Promise<Row[]> {
  const life = createLife(world);
  const used = { ours: {} as Cpu, bare: {} as Cpu };
  const cpu = (): Cpu => cpuNow(world, { 'Bare worker': bare.pid });
  const rate = async (side: 'ours' | 'bare', one: () => Promise<unknown>): Promise<number> => {
    const before = cpu();
    const ms = await timed(() => inLanes(size.lives, LANES, one));
    used[side] = addCpu(used[side], cpuBetween(before, cpu()));
    return (size.lives / ms) * 1000;
  };
  const withUpserts = await interleaved(
    size.pairs,
    () => rate('ours', life.whole),
    () => rate('bare', () => bare.life(true)),
  );
  const without = await interleaved(
    Math.ceil(size.pairs / 2),
    () => rate('ours', life.whole),
    () => rate('bare', () => bare.life(false)),
  );
  // One turn of each was not counted above, but its processor time was.
  const lives = size.lives * (size.pairs + 1 + Math.ceil(size.pairs / 2) + 1);
  const events = {
    ours: await eventsOf(world.client, await life.whole()),
    bare: await eventsOf(world.client, await bare.life(true)),
  };
  const ratio = ratioOf(withUpserts);
  const plain = ratioOf(without);
  return [
    {
      what: 'Lifecycles/s, need with one pledge',
      ours: `${median(withUpserts.ours).toFixed(1)}/s`,
      bare: `${median(withUpserts.bare).toFixed(1)}/s`,
      ratio: ratio.median,
      spread: `${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)}`,
      target: { text: 'floor 0.45, target 0.70', met: ratio.median >= 0.7 },
      note: `floor ${ratio.median >= 0.45 ? 'met' : 'missed'}; bare upserts the same number of search attributes; without them bare makes ${median(without.bare).toFixed(1)}/s, ratio ${plain.median.toFixed(2)}`,
    },
    {
      what: 'Processor time of one life, ms',
      ours: cpuText(used.ours, lives),
      bare: cpuText(used.bare, lives),
      ratio: totalOf(used.ours) / totalOf(used.bare),
      spread: 'mean of all',
      target: null,
      note: 'what the row of lifecycles is made of: both sides keep every core busy',
    },
    {
      what: 'History events per life',
      ours: `${events.ours.total} (need ${events.ours.need}, pledge ${events.ours.pledge})`,
      bare: `${events.bare.total} (need ${events.bare.need}, pledge ${events.bare.pledge})`,
      ratio: events.ours.total / events.bare.total,
      spread: 'one life each',
      target: { text: '≤ 1.5', met: events.ours.total / events.bare.total <= 1.5 },
    },
  ];
}

const totalOf = (cpu: Cpu): number => Object.values(cpu).reduce((sum, ms) => sum + ms, 0);

async function eventsOf(client: Client, ids: { needId: string; pledgeId: string }) {
  const count = async (kind: string, id: string): Promise<number> => {
    const workflowId = id.includes(':') ? id : `${kind}:${id}`;
    await client.workflow.getHandle(workflowId).result();
    const { historyLength } = await client.workflow.getHandle(workflowId).describe();
    return historyLength;
  };
  const need = await count('need', ids.needId);
  const pledge = await count('pledge', ids.pledgeId);
  return { need, pledge, total: need + pledge };
}
