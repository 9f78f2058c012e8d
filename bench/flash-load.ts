import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';

/**
 * A crowd in a process of its own: one request per donor, sent at its time whether or not earlier ones are answered. Each
 * donor comes once; who is asked to come back doesn't. With `mongo` the bare reservation instead, at the same times.
 */
export interface FlashOrder {
  readonly perSecond: number;
  readonly needId: string;
  readonly http?: { readonly url: string; readonly lineId: string; readonly tokens: readonly string[] };
  readonly mongo?: { readonly uri: string; readonly database: string; readonly donors: number };
}

export interface FlashReport {
  readonly statuses: Readonly<Record<string, number>>;
  /** From the first arrival to the last unit that was given, in milliseconds. */
  readonly lastWonMs: number;
  readonly won: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

process.once('message', (order: FlashOrder) => {
  void play(order).then((report) => {
    process.send?.(report, () => process.exit(0));
  });
});

async function play(order: FlashOrder): Promise<FlashReport> {
  const { http, mongo } = order;
  const count = http?.tokens.length ?? mongo?.donors ?? 0;
  const client = mongo === undefined ? null : await MongoClient.connect(mongo.uri, { w: 'majority', maxPoolSize: 60 });
  const database = client?.db(mongo?.database);
  const claim = http === undefined ? bareClaim(database as never, order.needId) : httpClaim(http, order.needId);
  const statuses: Record<string, number> = {};
  const latencies: number[] = [];
  const running: Promise<void>[] = [];
  const start = performance.now();
  let lastWonMs = 0;
  let won = 0;
  for (let i = 0; i < count; i += 1) {
    const due = (i / order.perSecond) * 1000;
    const ahead = due - (performance.now() - start);
    if (ahead > 1) await sleep(ahead);
    running.push(
      claim(i)
        .catch(() => 'error')
        .then((status) => {
          statuses[status] = (statuses[status] ?? 0) + 1;
          const at = performance.now() - start;
          // From when he came, not from when his request could be sent.
          latencies.push(at - due);
          if (status !== '201') return;
          won += 1;
          lastWonMs = at;
        }),
    );
  }
  await Promise.all(running);
  await client?.close();
  latencies.sort((a, b) => a - b);
  const quantile = (q: number): number => latencies[Math.floor((latencies.length - 1) * q)] ?? 0;
  return { statuses, lastWonMs, won, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

function httpClaim({ url, lineId, tokens }: NonNullable<FlashOrder['http']>, needId: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const body = JSON.stringify({ delivery: 'villagePoint', lines: [{ lineId, quantity: 1 }] });
  const address = new URL(`${url}/v1/needs/${needId}/claims`);
  return (i: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${tokens[i] ?? ''}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'idempotency-key': randomUUID(),
      };
      const sent = request(address, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.on('end', () => resolve(String(response.statusCode)));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
}

/** A conditional update of the need and an insert of the claim: the least that never gives a unit twice. */
function bareClaim(database: ReturnType<MongoClient['db']>, needId: string) {
  const needs = database.collection<{ _id: string }>('bench_flash_needs');
  const claims = database.collection<{ _id: string; needId: string; i: number; at: Date }>('bench_flash_claims');
  return async (i: number): Promise<string> => {
    const taken = await needs.updateOne({ _id: needId, free: { $gte: 1 } }, { $inc: { free: -1, held: 1 } });
    if (taken.modifiedCount === 0) return '409';
    await claims.insertOne({ _id: randomUUID(), needId, i, at: new Date() });
    return '201';
  };
}
