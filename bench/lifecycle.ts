import type { Client } from '@temporalio/client';
import type { Bare } from './bare/client.ts';
import { createLife } from './life.ts';
import type { Row } from './report.ts';
import { inLanes, interleaved, median, ratioOf, timed } from './stats.ts';
import type { World } from './world.ts';

const LANES = 12;

/** Lifecycles per second, and the history events that one takes. */
export async function lifecycles(world: World, bare: Bare, size: { lives: number; pairs: number }): Promise<Row[]> {
  const life = createLife(world);
  const rate = async (one: () => Promise<unknown>): Promise<number> =>
    (size.lives / (await timed(() => inLanes(size.lives, LANES, one)))) * 1000;
  const withUpserts = await interleaved(
    size.pairs,
    () => rate(life.whole),
    () => rate(() => bare.life(true)),
  );
  const without = await interleaved(
    Math.ceil(size.pairs / 2),
    () => rate(life.whole),
    () => rate(() => bare.life(false)),
  );
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
      what: 'History events per life',
      ours: `${events.ours.total} (need ${events.ours.need}, pledge ${events.ours.pledge})`,
      bare: `${events.bare.total} (need ${events.bare.need}, pledge ${events.bare.pledge})`,
      ratio: events.ours.total / events.bare.total,
      spread: 'one life each',
      target: { text: '≤ 1.5', met: events.ours.total / events.bare.total <= 1.5 },
    },
  ];
}

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
