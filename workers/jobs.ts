import { setTimeout as sleep } from 'node:timers/promises';
import { createHouseholdSms } from '../activities/household-sms.ts';
import { createImportHouseholds } from '../activities/import-households.ts';
import { createCheckpointSweep } from '../activities/checkpoint.ts';
import { createDataRequestSweep } from '../activities/data-requests.ts';
import { createProcessors } from '../activities/job-processors.ts';
import { createMigrationWork } from '../activities/migrate-cases.ts';
import { createNotifier } from '../activities/notify.ts';
import { createPolicyRuns } from '../activities/policy-runs.ts';
import { createRelay } from '../activities/relay.ts';
import { createFindingReporter } from '../activities/report-finding.ts';
import { createRetentionSweep } from '../activities/retention.ts';
import { createSecondLookSweep } from '../activities/second-looks.ts';
import { createSandboxMailbox, createSmsSender } from '../activities/send-sms.ts';
import { createScores } from '../activities/scores.ts';
import { createStatistics } from '../activities/statistics.ts';
import { createCaseSweeps } from '../activities/sweep-cases.ts';
import { createPendingSweep } from '../activities/sweep-pending.ts';
import { createRecordSweeps } from '../activities/sweep-records.ts';
import { createSweeper } from '../activities/sweep.ts';
import { createWhatIfWork } from '../activities/what-if.ts';
import type { QueueName } from '../contracts/jobs.ts';
import { CASE_DECIDERS } from '../domain/cases.ts';
import { loadConfig } from '../infra/config.ts';
import { createCrypto } from '../infra/crypto/index.ts';
import { startHealthServer } from '../infra/health-server.ts';
import { createJobsMetrics } from '../infra/jobs-metrics.ts';
import { createLogger } from '../infra/logger.ts';
import { createMetrics } from '../infra/metrics.ts';
import { createSmsProvider } from '../infra/providers/sms/index.ts';
import { createJobs, createQueues, createWorker } from '../infra/queues.ts';
import { pingRedis } from '../infra/redis.ts';
import { watchPolicies } from '../infra/policy-watch.ts';
import { loadReference } from '../infra/reference.ts';
import { loadRetention } from '../infra/retention.ts';
import { createShutdown } from '../infra/shutdown.ts';
import { createDiskStorage } from '../infra/storage.ts';
import { createTemporalClient, pingTemporal } from '../infra/temporal/connection.ts';
import { createDispatcher } from '../infra/temporal/dispatcher.ts';
import { createWorkflowSights } from '../infra/temporal/sights.ts';
import { connectMongo, pingMongo } from '../models/db.ts';
import { createModels, type Models } from '../models/index.ts';
import { soundKey } from '../models/recording.ts';

/**
 * The process that does everything around the cases: passes their events on, delivers messages, counts, imports, and
 * sweeps. Any of its servers may be away, at the start too; it goes on as soon as they are back.
 */
const CONCURRENCY: { readonly [K in QueueName]: number } = {
  notifications: 8,
  // Counters are hot: side by side they would only wait for one another.
  statistics: 1,
  scores: 1,
  imports: 1,
  // A migration need not wait for a what-if.
  policyRuns: 2,
  sms: 4,
  maintenance: 1,
};
const JOB_GRACE_MS = 8000;

const config = loadConfig();
const log = createLogger(config, 'jobs');
const reference = loadReference({ profile: config.profile });
const crypto = createCrypto(config.keys);
const metrics = createMetrics('jobs');
const shutdown = createShutdown({ log, forceAfterMs: 25_000 });
const stop = new AbortController();
const started: { models?: Models } = {};

const queues = createQueues(config, { log });
const client = createTemporalClient(config);
const temporalUp = (): Promise<boolean> => pingTemporal(client.connection, config.temporal.namespace);

const health = await startHealthServer({
  host: config.metrics.host,
  port: config.metrics.jobsPort,
  metrics,
  ready: async () => {
    const [mongo, redis] = await Promise.all([
      started.models === undefined ? false : pingMongo(started.models.db),
      pingRedis(queues.redis),
    ]);
    return { parts: { mongo, redis } };
  },
});
shutdown.add('health', () => health.close());
shutdown.add('temporal', () => client.connection.close());
shutdown.add('queues', () => queues.close());

const db = await mongoHoweverLong();
const models = createModels(db);
started.models = models;
const policies = watchPolicies({ policies: reference, store: models.policies, log });
shutdown.add('policies', () => policies.stop());
await policies.refresh();
shutdown.add('mongo', () => db.close());

const seen = createJobsMetrics(
  metrics,
  { pendingCommands: () => models.commands.backlog(), findings: () => models.findings.count() },
  log,
);
const relay = createRelay({ db, sink: queues, log, seen: seen.relay });
const dispatch = createDispatcher({ client, taskQueue: config.temporal.taskQueue, models, reference });
const reporter = createFindingReporter({
  findings: models.findings,
  commands: models.commands,
  dispatch,
  policyVersion: (now) => reference.currentPolicy(now).version,
});
const sweeper = createSweeper({
  rounds: models.sweepRounds,
  queues,
  log,
  seen: seen.sweep,
  sendPending: createPendingSweep({
    commands: models.commands,
    dispatch,
    temporalUp,
    log,
  }),
  steps: {
    ...createCaseSweeps({
      cases: models.cases.cases,
      events: models.events.events,
      findings: reporter,
      sights: createWorkflowSights(client, config.temporal.taskQueue),
      log,
    }),
    checkpoint: createCheckpointSweep({
      checkpoints: models.checkpoints,
      keys: config.keys.checkpoint,
      dataDir: config.dataDir,
      report: reporter.report,
      log,
    }),
    retention: createRetentionSweep(db, loadRetention()),
    dataRequests: createDataRequestSweep({ models, crypto, log }),
    secondLooks: createSecondLookSweep({ db, policyIn: reference.policyIn, calendar: reference.calendar }),
    ...createRecordSweeps({ db, queues, deleteBytes: createRemoval() }),
  },
});
const smsProvider = createSmsProvider(config.sms, createSandboxMailbox(db, crypto));
const tellHousehold = createHouseholdSms({ db, crypto, enqueue: createJobs(queues).sendSms });
const processors = createProcessors({
  notify: createNotifier({
    db,
    deciders: CASE_DECIDERS,
    regions: reference.regions,
    likeness: () => reference.currentPolicy(Date.now()).offer,
    words: reference.reasonWords,
    categories: reference.categories,
    ...(smsProvider !== null && { tellHousehold }),
  }),
  sendSms: createSmsSender({
    db,
    crypto,
    provider: smsProvider,
    rules: (now) => reference.currentPolicy(now).sms,
    report: reporter.report,
  }),
  count: createStatistics({ db, deciders: CASE_DECIDERS }),
  score: createScores({ db, deciders: CASE_DECIDERS, currentPolicy: reference.currentPolicy }),
  importHouseholds: createImportHouseholds({
    models,
    crypto,
    reference,
    profile: config.profile,
    log,
  }),
  policyRun: createPolicyRuns({
    db,
    work: { whatIf: createWhatIfWork({ db, reference }), migration: createMigrationWork({ db, reference, dispatch }) },
    log,
  }),
  sweeper,
});
const startWorker = <K extends QueueName>(name: K, process: Parameters<typeof createWorker<K>>[2]) =>
  createWorker(config, name, process, { log, concurrency: CONCURRENCY[name] });
const workers = [
  startWorker('notifications', processors.notifications),
  startWorker('statistics', processors.statistics),
  startWorker('scores', processors.scores),
  startWorker('imports', processors.imports),
  startWorker('policyRuns', processors.policyRuns),
  startWorker('sms', processors.sms),
  startWorker('maintenance', processors.maintenance),
];

const loops = Promise.all([relay.run(stop.signal), sweeper.run(stop.signal)]);
shutdown.add('workers', () => Promise.all(workers.map((worker) => worker.close(JOB_GRACE_MS))));
shutdown.add('relay and sweeper', async () => {
  stop.abort();
  // A round of the sweeper may be waiting for a server that is away.
  await Promise.race([loops, sleep(JOB_GRACE_MS, undefined, { ref: false })]);
});
log.info('jobs, relay and sweeper run');

loops.catch((err: unknown) => {
  log.fatal({ err }, 'relay or sweeper failed');
  process.exit(1);
});

async function mongoHoweverLong() {
  for (let told = false; ; told = true) {
    try {
      return await connectMongo(config, { patienceMs: 15_000 });
    } catch (err) {
      if (!told) log.warn({ err }, 'MongoDB does not answer yet');
    }
  }
}

/** A photo and what was made of it. */
/** Of all that may lie under an id: a photo and its thumbnail, or a sound. */
function createRemoval(): (id: string) => Promise<void> {
  const storage = createDiskStorage(config.photoDir);
  return async (id) => {
    await storage.remove(`${id}.thumb`);
    await storage.remove(soundKey(id));
    await storage.remove(id);
  };
}
