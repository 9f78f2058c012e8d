import { createServer, type Server } from 'node:http';
import { loadConfig } from '../infra/config.ts';
import { createCrypto } from '../infra/crypto/index.ts';
import { createLogger } from '../infra/logger.ts';
import { createMetrics } from '../infra/metrics.ts';
import { createQueueDashboard, QUEUE_DASHBOARD_PATH } from '../infra/queue-dashboard.ts';
import { createJobs, createQueues } from '../infra/queues.ts';
import { watchPolicies } from '../infra/policy-watch.ts';
import { connectRedis, pingRedis } from '../infra/redis.ts';
import { createIdentityRegister } from '../infra/providers/identity/index.ts';
import { loadReference } from '../infra/reference.ts';
import { createShutdown } from '../infra/shutdown.ts';
import { createDiskStorage } from '../infra/storage.ts';
import { createTemporalClient, pingTemporal } from '../infra/temporal/connection.ts';
import { createDispatcher } from '../infra/temporal/dispatcher.ts';
import { connectMongo, pingMongo } from '../models/db.ts';
import { createModels } from '../models/index.ts';
import { createApp } from './app.ts';
import type { ApiDeps } from './deps.ts';
import { createGateway } from './gateway.ts';

/** The API's process. Logs `ready` when it listens; SIGTERM lets running requests end before anything is closed. */

const DRAIN_MS = 15_000;

const config = loadConfig();
const log = createLogger(config, 'api');
const shutdown = createShutdown({ log, forceAfterMs: DRAIN_MS + 5_000 });
process.on('unhandledRejection', (err) => {
  log.fatal({ err }, 'unhandled rejection');
  void shutdown.now('unhandledRejection', 1);
});

const reference = loadReference({ profile: config.profile });
for (const warning of reference.warnings(Date.now())) log.warn(warning);
const db = await connectMongo(config);
shutdown.add('mongo', () => db.close());
const redis = connectRedis(config, log);
shutdown.add('redis', () => redis.disconnect());
const client = createTemporalClient(config);
shutdown.add('temporal', () => client.connection.close());

const models = createModels(db);
const policies = watchPolicies({ policies: reference, store: models.policies, log });
shutdown.add('policies', () => policies.stop());
await policies.refresh();
const dispatch = createDispatcher({ client, taskQueue: config.temporal.taskQueue, models, reference });
const gateway = createGateway({ client, log, outbox: models.commands, findCase: models.cases.find, dispatch });
const queues = createQueues(config, { log });
shutdown.add('queues', () => queues.close());
const deps: ApiDeps = {
  config,
  log,
  models,
  redis,
  gateway,
  reference,
  crypto: createCrypto(config.keys),
  photos: createDiskStorage(config.photoDir),
  identity: createIdentityRegister(config.identity),
  metrics: createMetrics('api'),
  health: {
    mongo: () => pingMongo(db),
    redis: () => pingRedis(redis),
    temporal: () => pingTemporal(client.connection, config.temporal.namespace),
  },
  jobs: createJobs(queues),
  mounts: [{ path: QUEUE_DASHBOARD_PATH, handler: createQueueDashboard(queues) }],
  now: () => Date.now(),
};

const app = createApp(deps);
shutdown.add('app', () => app.close());
app.services.openNeeds.warm();
const server = createServer(app.express);
// Headers in ten seconds, a whole request in a minute.
server.headersTimeout = 10_000;
server.requestTimeout = 60_000;
server.keepAliveTimeout = 65_000;
await listen(server, config.api);
shutdown.add('http', () => drain(server));
log.info({ address: `http://${config.api.host}:${config.api.port}` }, 'ready');

function listen(http: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

/** Takes no new connection, closes idle ones, and waits for the requests that run. */
function drain(http: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => http.closeAllConnections(), DRAIN_MS);
    // A kept-alive connection is told to close with the next answer; until then it is idle again and again.
    const idle = setInterval(() => http.closeIdleConnections(), 100);
    http.close(() => {
      clearTimeout(force);
      clearInterval(idle);
      resolve();
    });
  });
}
