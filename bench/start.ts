import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { deleteAtEnd } from '../stack/guardian.ts';
import { startMongo } from '../stack/mongo.ts';
import { freePorts } from '../stack/ports.ts';
import { startRedis } from '../stack/redis.ts';
import { startTemporal } from '../stack/temporal.ts';
import type { Row } from './report.ts';
import { median, timed } from './stats.ts';

/** A second and later `npm start`, from the command to the ready banner, against its slowest server started alone. */
export async function warmStart(times: number): Promise<Row[]> {
  const dir = await mkdtemp(join(tmpdir(), 'bangfu-bench-start-'));
  deleteAtEnd(dir);
  const [api, mongo, redis, temporal, ui, cases, jobs] = await freePorts(7);
  const env = {
    ...process.env,
    BANGFU_DATA_DIR: dir,
    API_PORT: String(api),
    MONGODB_PORT: String(mongo),
    REDIS_PORT: String(redis),
    TEMPORAL_PORT: String(temporal),
    TEMPORAL_UI_PORT: String(ui),
    WORKER_METRICS_PORT: String(cases),
    JOBS_METRICS_PORT: String(jobs),
  };
  await startAndStop(env);
  const ours: number[] = [];
  const slowest: { name: string; ms: number }[] = [];
  for (let i = 0; i < times; i += 1) {
    ours.push(await startAndStop(env));
    slowest.push(await slowestServer(dir, { mongo: mongo ?? 0, redis: redis ?? 0, temporal: temporal ?? 0 }));
  }
  const bare = median(slowest.map(({ ms }) => ms));
  const ratio = median(ours) / bare;
  return [
    {
      what: '`npm start`, warm, until ready',
      ours: `${(median(ours) / 1000).toFixed(1)} s`,
      bare: `${(bare / 1000).toFixed(1)} s (${slowest[0]?.name ?? ''} alone)`,
      ratio,
      spread: `${(Math.min(...ours) / 1000).toFixed(1)}–${(Math.max(...ours) / 1000).toFixed(1)} s, ${times} starts`,
      target: { text: '≤ 1.5', met: ratio <= 1.5 },
    },
  ];
}

async function startAndStop(env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../scripts/start.mjs', import.meta.url))], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ms = await timed(async () => {
    for await (const line of createInterface({ input: child.stdout }))
      if (/is ready|ready/i.test(line) && !/not ready/i.test(line)) return;
    throw new Error('npm start ended before it was ready');
  });
  child.stdout.resume();
  child.kill('SIGTERM');
  await once(child, 'exit');
  return ms;
}

async function slowestServer(dir: string, ports: { mongo: number; redis: number; temporal: number }) {
  const starts = [
    { name: 'MongoDB', start: () => startMongo({ port: ports.mongo, dir }) },
    { name: 'Redis', start: () => startRedis({ port: ports.redis, dir }) },
    {
      name: 'Temporal',
      start: () =>
        startTemporal({
          port: ports.temporal,
          dbFile: join(dir, 'temporal', 'temporal.db'),
          logDir: join(dir, 'logs'),
          namespace: 'bangfu',
        }),
    },
  ];
  let slowest = { name: '', ms: 0 };
  for (const { name, start } of starts) {
    const started = performance.now();
    const server = await start();
    const ms = performance.now() - started;
    await server.stop();
    if (ms > slowest.ms) slowest = { name, ms };
  }
  return slowest;
}
