import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createCaseActivities } from '../activities/case-activities.ts';
import { heartbeats } from '../activities/heartbeat.ts';
import { loadConfig } from '../infra/config.ts';
import { startHealthServer } from '../infra/health-server.ts';
import { createLogger } from '../infra/logger.ts';
import { createMetrics } from '../infra/metrics.ts';
import { watchPolicies } from '../infra/policy-watch.ts';
import { loadReference } from '../infra/reference.ts';
import { createShutdown } from '../infra/shutdown.ts';
import { workflowBundle } from '../infra/temporal/bundle.ts';
import { createDataConverter } from '../infra/temporal/codec.ts';
import { createTemporalClient } from '../infra/temporal/connection.ts';
import { createDispatcher } from '../infra/temporal/dispatcher.ts';
import { assertSearchAttributes } from '../infra/temporal/search-attributes.ts';
import { connectMongo, pingMongo } from '../models/db.ts';
import { createModels } from '../models/index.ts';

/** The process that runs the cases: workflow tasks, and the activities that record and react. */
const config = loadConfig();
const log = createLogger(config, 'cases');
const reference = loadReference({ profile: config.profile });
const shutdown = createShutdown({ log, forceAfterMs: 25_000 });

Runtime.install({
  logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
    log[level === 'ERROR' ? 'error' : 'warn']({ temporal: meta?.['sdkComponent'] }, message);
  }),
  shutdownSignals: [],
});

const db = await connectMongo(config, { patienceMs: 120_000 });
const client = createTemporalClient(config);
const connection = await connectNative();
await assertSearchAttributes(client.connection, config.temporal.namespace);

const models = createModels(db);
const policies = watchPolicies({ policies: reference, store: models.policies, log });
await policies.refresh();
const dispatch = createDispatcher({ client, taskQueue: config.temporal.taskQueue, models, reference });
const worker = await Worker.create({
  connection,
  namespace: config.temporal.namespace,
  taskQueue: config.temporal.taskQueue,
  workflowBundle: await workflowBundle(config),
  dataConverter: createDataConverter(config.keys.codec),
  activities: createCaseActivities({ models, reference, dispatch, sponsorChunk: config.sponsorChunk }),
  interceptors: { activity: [heartbeats] },
  maxConcurrentActivityTaskExecutions: 50,
  // Cases wait for months: what is cached is only what is hot.
  maxCachedWorkflows: 500,
  workflowThreadPoolSize: 1,
  shutdownGraceTime: '10 s',
  shutdownForceTime: '20 s',
});

const health = await startHealthServer({
  host: config.metrics.host,
  port: config.metrics.casesPort,
  metrics: createMetrics('cases'),
  ready: async () => ({ parts: { worker: worker.getState() === 'RUNNING', mongo: await pingMongo(db) } }),
});

const run = worker.run();
// Closed in the reverse order: the worker drains first, and only then its connections go.
shutdown.add('mongo', () => db.close());
shutdown.add('temporal', async () => {
  await connection.close();
  await client.connection.close();
});
shutdown.add('policies', () => policies.stop());
shutdown.add('health', () => health.close());
shutdown.add('worker', async () => {
  if (worker.getState() === 'RUNNING') worker.shutdown();
  await run;
});
log.info({ taskQueue: config.temporal.taskQueue }, 'cases worker runs');

// A worker whose run fails does not recover in the same process: end, and let the supervisor start a new one.
run.catch((error: unknown) => {
  log.fatal({ err: error }, 'the worker failed');
  process.exit(1);
});

/** Temporal may still be starting, or be back in a minute. */
async function connectNative(): Promise<NativeConnection> {
  const giveUpAt = Date.now() + 120_000;
  for (let told = false; ; told = true) {
    try {
      return await NativeConnection.connect({ address: config.temporal.address });
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      if (!told) log.warn('Temporal does not answer yet');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
