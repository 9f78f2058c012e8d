import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { workflowId } from '../../contracts/cases.ts';
import type { JsonObject } from '../../domain/kernel/types.ts';
import { loadConfig, type Config } from '../../infra/config.ts';
import { bootstrapTemporal } from '../../infra/temporal/bootstrap.ts';
import { createTemporalClient } from '../../infra/temporal/connection.ts';
import { createWorkflowSights } from '../../infra/temporal/sights.ts';
import { connectMongo } from '../../models/db.ts';
import { pendingCommand } from '../../models/command.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { createModels, type Models } from '../../models/index.ts';
import type { Stack } from '../../stack/stack.ts';
import { insertAccount } from '../support/accounts.ts';
import { PUBLISHER, VILLAGE } from '../support/people.ts';
import { recordStory } from '../support/recorded.ts';
import { freePorts, startOwnStack, temporaryFolder } from '../support/stack.ts';
import { needStory, submittedNeed } from '../support/story.ts';

/** The real process against servers that are killed under it. */
describe('The jobs process', function () {
  this.timeout(180_000);
  let stack: Stack;
  let env: Record<string, string>;
  let config: Config;
  let db: Connection;
  let models: Models;
  let child: ChildProcess | undefined;
  let output = '';

  before(async () => {
    stack = await startOwnStack();
    const [port = 0] = await freePorts(1);
    env = {
      ...stack.env,
      BANGFU_PROFILE: 'test',
      BANGFU_DATA_DIR: await temporaryFolder(),
      JOBS_METRICS_PORT: String(port),
      LOG_LEVEL: 'info',
    };
    config = loadConfig(env);
    db = await connectMongo(config);
    models = createModels(db);
    await ensureIndexes(db);
    const client = createTemporalClient(config);
    await bootstrapTemporal(client.connection, config.temporal.namespace);
    await client.connection.close();
    await insertAccount(models, VILLAGE.id, { role: 'cadre', level: 'village', regionCode: VILLAGE.regionCode ?? '' });
  });
  after(async () => {
    child?.kill('SIGKILL');
    await db?.close();
    await stack?.stop();
  });

  function start(): void {
    output = '';
    child = spawn(process.execPath, ['--import', 'tsx', 'workers/jobs.ts'], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data: Buffer) => (output += data.toString()));
  }
  async function until(what: string, holds: () => Promise<boolean>, ms = 60_000): Promise<void> {
    for (const giveUp = Date.now() + ms; Date.now() < giveUp; await sleep(200)) {
      if (await holds().catch(() => false)) return;
      if (child?.exitCode !== null) break;
    }
    throw new Error(`never came: ${what}\n${output.slice(-3000)}`);
  }
  const page = async (path: string): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`http://127.0.0.1:${config.metrics.jobsPort}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  const messages = (caseIds: readonly string[]): Promise<number> =>
    models.inbox.inbox.countDocuments({ caseId: { $in: [...caseIds] } });
  const record = (n: number): Promise<string[]> =>
    Promise.all(Array.from({ length: n }, () => recordStory(db, submittedNeed())));
  /** One message for the publisher and one for the village's cadre. */
  const delivered = (caseIds: readonly string[]): Promise<void> =>
    until('all messages', async () => (await messages(caseIds)) === 2 * caseIds.length);
  /** A submission that was accepted and never sent. */
  async function accepted(): Promise<string> {
    const caseId = uuidv7();
    const start = { seed: needStory().seed as JsonObject, policyVersion: '2026-01' };
    const command = {
      _id: uuidv7(),
      caseType: 'need',
      caseId,
      name: 'submit',
      actor: PUBLISHER,
      data: {},
      bodyHash: '',
      start,
    };
    await models.commands.commands.insertOne(pendingCommand(command, new Date(Date.now() - 60_000)));
    return caseId;
  }
  async function runs(caseId: string): Promise<boolean> {
    const client = createTemporalClient(config);
    try {
      return await createWorkflowSights(client, config.temporal.taskQueue).running(workflowId('need', caseId));
    } finally {
      await client.connection.close();
    }
  }

  it('starts while all its servers are away, says so, and works when they come back', async () => {
    await stack.redis.kill();
    await stack.temporal.kill();
    await stack.mongo.kill();
    start();
    await until('the health page', async () => (await page('/health/live')).status === 200);
    expect((await page('/health/ready')).status).to.equal(503);
    await sleep(2000);
    await stack.temporal.start();
    await stack.redis.start();
    await stack.mongo.start();
    await until('readiness', async () => (await page('/health/ready')).status === 200);
    await delivered(await record(3));
    const caseId = await accepted();
    await until('the start of an accepted case', () => runs(caseId));
  });

  it('goes on after Redis was killed', async () => {
    await stack.redis.kill();
    const during = await record(3);
    const caseId = await accepted();
    await until('the start of a case without Redis', () => runs(caseId));
    expect((await page('/health/ready')).status).to.equal(503);
    await stack.redis.start();
    await delivered([...during, ...(await record(2))]);
  });

  it('goes on after MongoDB was killed', async () => {
    const before = await record(2);
    await stack.mongo.kill();
    await sleep(4000);
    await stack.mongo.start();
    await until('MongoDB', async () => (await db.db?.command({ ping: 1 })) !== undefined);
    await delivered([...before, ...(await record(2))]);
  });

  it('starts what was accepted while Temporal was killed', async () => {
    await stack.temporal.kill();
    const caseId = await accepted();
    await sleep(7000);
    await delivered(await record(1));
    expect((await models.commands.commands.findOne({ caseId }))?.attempts).to.equal(0);
    await stack.temporal.start();
    await until('the start of the case', () => runs(caseId), 30_000);
  });

  it('shows its lag, its backlog and its findings as metrics', async () => {
    const { text } = await page('/metrics');
    expect(text).to.match(/bangfu_relay_lag_seconds\{service="jobs"\} 0/);
    expect(text).to.match(/bangfu_commands_pending\{service="jobs"\} \d/);
    expect(text).to.match(/bangfu_relay_events_total\{service="jobs"\} [1-9]/);
    expect(text).to.match(/bangfu_sweeper_steps_total\{step="pending",result="ok",service="jobs"\} [1-9]/);
  });

  it('has told nobody twice, and its statistics are those of a recount', async () => {
    const { statisticsDifferences } = await import('../../activities/statistics.ts');
    const { CASE_DECIDERS } = await import('../../domain/cases.ts');
    await until(
      'the statistics',
      async () => (await statisticsDifferences({ db, deciders: CASE_DECIDERS })).size === 0,
    );
    const cases = await models.cases.cases.countDocuments({});
    expect(await models.inbox.inbox.countDocuments({})).to.equal(2 * cases);
  });

  it('stops within seconds on SIGTERM, also while Redis is away', async () => {
    await stack.redis.kill();
    await sleep(500);
    const begin = Date.now();
    child?.kill('SIGTERM');
    const [code] = (await once(child as ChildProcess, 'exit')) as [number];
    expect(code, output.slice(-2000)).to.equal(0);
    expect(Date.now() - begin).to.be.lessThan(20_000);
    await stack.redis.start();
  });
});
