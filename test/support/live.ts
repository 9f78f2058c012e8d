import { NativeConnection, Worker } from '@temporalio/worker';
import { after, before } from 'mocha';
import { createCaseActivities } from '../../activities/case-activities.ts';
import { createGateway } from '../../api/gateway.ts';
import type { Policy } from '../../domain/policy.ts';
import { bootstrapTemporal } from '../../infra/temporal/bootstrap.ts';
import { workflowBundle } from '../../infra/temporal/bundle.ts';
import { createDataConverter } from '../../infra/temporal/codec.ts';
import { createTemporalClient } from '../../infra/temporal/connection.ts';
import { createDispatcher } from '../../infra/temporal/dispatcher.ts';
import { useApi, type TestApi, type TestApiOptions } from './api.ts';

/** An API with a worker behind it: real cases on a real Temporal server, all in this process. `change`: of the policy. */
export function useLiveApi(
  change: (policy: Policy) => Policy = (same) => same,
  options: Pick<TestApiOptions, 'logger'> = {},
): TestApi {
  let closeClient: (() => Promise<void>) | undefined;
  let stopWorker: (() => Promise<void>) | undefined;
  // First of all hooks, so that the worker stops before the servers it works with.
  after('cases worker', async function () {
    this.timeout(30_000);
    await stopWorker?.();
    await closeClient?.();
  });
  const api = useApi({
    ...options,
    deps({ config, log, models, reference: given }) {
      const reference = {
        ...given,
        currentPolicy: (now: number) => change(given.currentPolicy(now)),
        policyIn: (path: readonly string[], now: number) => change(given.policyIn(path, now)),
        policyFor: (version: string) => change(given.policyFor(version)),
      };
      const client = createTemporalClient(config);
      closeClient = () => client.connection.close();
      const dispatch = createDispatcher({ client, taskQueue: config.temporal.taskQueue, models, reference });
      return {
        reference,
        gateway: createGateway({ client, log, outbox: models.commands, findCase: models.cases.find, dispatch }),
      };
    },
  });
  before('cases worker', async function () {
    this.timeout(120_000);
    const { config, models, reference } = api.deps;
    const client = createTemporalClient(config);
    await bootstrapTemporal(client.connection, config.temporal.namespace);
    const connection = await NativeConnection.connect({ address: config.temporal.address });
    const { namespace, taskQueue } = config.temporal;
    const dispatch = createDispatcher({ client, taskQueue, models, reference });
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue,
      workflowBundle: await workflowBundle(config),
      dataConverter: createDataConverter(config.keys.codec),
      activities: createCaseActivities({ models, reference, dispatch }),
      shutdownGraceTime: '1 s',
      shutdownForceTime: '5 s',
    });
    const run = worker.run();
    stopWorker = async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await run;
      await connection.close();
      await client.connection.close();
    };
  });
  return api;
}
