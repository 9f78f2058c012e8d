import { getPriority, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

/** The bare worker's process: same flags, limits and priority as workers/cases.ts. Arguments: address, namespace, task queue. */
const [address = '', namespace = '', taskQueue = ''] = process.argv.slice(2);
setPriority(Math.min(19, getPriority() + 5));
Runtime.install({ logger: new DefaultLogger('WARN') });
const silent = (): void => undefined;
const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
const workflowsPath = fileURLToPath(new URL('workflows.ts', import.meta.url));
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  namespace,
  taskQueue,
  workflowBundle: await bundleWorkflowCode({ workflowsPath, logger }),
  activities: { empty: () => Promise.resolve() },
  maxConcurrentActivityTaskExecutions: 50,
  maxCachedWorkflows: 500,
  workflowThreadPoolSize: 1,
});
process.send?.('ready');
process.on('SIGTERM', () => worker.shutdown());
process.on('disconnect', () => process.exit(0));
await worker.run();
process.exit(0);
