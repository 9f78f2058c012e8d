import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { createGateway, type Gateway } from '../api/gateway.ts';
import { loadConfig, type Config } from '../infra/config.ts';
import { createCrypto, type Crypto } from '../infra/crypto/index.ts';
import { createLogger } from '../infra/logger.ts';
import { loadReference, type Reference } from '../infra/reference.ts';
import { createTemporalClient } from '../infra/temporal/connection.ts';
import { createDispatcher } from '../infra/temporal/dispatcher.ts';
import { connectMongo } from '../models/db.ts';
import { createModels, type Models } from '../models/index.ts';
import { setup } from '../scripts/setup.ts';
import { createApps } from '../stack/apps.ts';
import { deleteAtEnd } from '../stack/guardian.ts';
import { freePorts } from '../stack/ports.ts';
import type { ServerProcess } from '../stack/server-process.ts';
import { startStack, type Stack } from '../stack/stack.ts';
import { watchStages, type Stages } from './stages.ts';

/** The whole system as `npm start` runs it, on ports of its own, and direct ways into it for the measurements. */
export interface World {
  readonly dir: string;
  readonly stack: Stack;
  readonly config: Config;
  readonly db: Connection;
  readonly models: Models;
  readonly stages: Stages;
  readonly reference: Reference;
  readonly crypto: Crypto;
  readonly client: ReturnType<typeof createTemporalClient>;
  readonly gateway: Gateway;
  readonly apps: readonly ServerProcess[];
  readonly url: string;
  stop(): Promise<void>;
}

export async function openWorld(say: (line: string) => void): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'bangfu-bench-'));
  deleteAtEnd(dir);
  const stack = await startStack({ dir, progress: say });
  const [api, cases, jobs] = await freePorts(3);
  const env = {
    ...stack.env,
    BANGFU_PROFILE: 'test',
    BANGFU_DATA_DIR: dir,
    API_PORT: String(api),
    WORKER_METRICS_PORT: String(cases),
    JOBS_METRICS_PORT: String(jobs),
    LOG_LEVEL: 'error',
  };
  const config = loadConfig(env);
  await setup(config, { demoData: true, progress: say });
  const apps = createApps(config, env);
  await Promise.all(apps.map((app) => app.start()));
  const db = await connectMongo(config);
  const models = createModels(db);
  const stages = watchStages(models);
  const reference = loadReference({ profile: config.profile });
  const client = createTemporalClient(config);
  const dispatch = createDispatcher({ client, taskQueue: config.temporal.taskQueue, models, reference });
  const log = createLogger(config, 'bench');
  return {
    dir,
    stack,
    config,
    db,
    models,
    stages,
    reference,
    crypto: createCrypto(config.keys),
    client,
    gateway: createGateway({ client, log, outbox: models.commands, findCase: models.cases.find, dispatch }),
    apps,
    url: `http://${config.api.host}:${config.api.port}`,
    stop: async () => {
      await client.connection.close();
      await stages.close();
      await db.close();
      await Promise.all(apps.map((app) => app.stop()));
      await stack.stop();
    },
  };
}
