import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unaryCall } from './grpc.ts';
import { silent, type Progress } from './progress.ts';
import { provisionTemporalCli } from './provision/temporal-cli.ts';
import { ServerProcess } from './server-process.ts';

export interface TemporalOptions {
  port: number;
  /** Undefined leaves the UI out. */
  uiPort?: number;
  dbFile: string;
  logDir: string;
  namespace: string;
  /** Where the UI has payloads decoded; the caller's browser must be allowed to reach it. */
  codecEndpoint?: string;
  progress?: Progress;
}

/**
 * The development server polls its queues 20 times a second, which costs 50 ms per hop, and limits requests to what
 * one laptop user needs. A single machine that runs the whole platform, its tests and its benchmark needs more.
 * History limits that production has as well (updates in flight, history size) stay as they are.
 */
const DYNAMIC_CONFIG: Record<string, number> = {
  'history.transferProcessorMaxPollRPS': 2_000,
  'history.timerProcessorMaxPollRPS': 2_000,
  'history.visibilityProcessorMaxPollRPS': 2_000,
  'frontend.rps': 20_000,
  'frontend.namespaceRPS': 20_000,
  'frontend.namespaceCount': 5_000,
  'frontend.namespaceRPS.visibility': 500,
  'frontend.persistenceMaxQPS': 50_000,
  'history.rps': 50_000,
  'history.persistenceMaxQPS': 100_000,
  'matching.rps': 50_000,
  'matching.persistenceMaxQPS': 50_000,
};

/** Starts the Temporal development server on a database file and waits until its namespace answers. */
export async function startTemporal(options: TemporalOptions): Promise<ServerProcess> {
  const { port, uiPort, dbFile, namespace } = options;
  const command = await provisionTemporalCli(options.progress ?? silent);
  await mkdir(dirname(dbFile), { recursive: true });
  const address = `127.0.0.1:${port}`;
  const server = new ServerProcess({
    name: 'Temporal',
    address,
    command,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
      ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
      ...(uiPort !== undefined && options.codecEndpoint ? ['--ui-codec-endpoint', options.codecEndpoint] : []),
      ...['--namespace', namespace, '--db-filename', dbFile],
      ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
      ...Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
    ],
    // The CLI reads TEMPORAL_* variables as its own settings; ours are meant for our clients.
    env: { TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' },
    logFile: join(options.logDir, 'temporal.log'),
    probe: () => describeNamespace(address, namespace),
    stopSignal: 'SIGINT',
    background: true,
    explain: (log) => (log.includes('address already in use') ? 'its port is taken.' : undefined),
  });
  await server.start();
  return server;
}

/** Asked by hand: the client library would take a quarter of a second to load. */
async function describeNamespace(address: string, namespace: string): Promise<void> {
  const name = Buffer.from(namespace);
  // DescribeNamespaceRequest: field 1, a text.
  const request = Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  await unaryCall(address, '/temporal.api.workflowservice.v1.WorkflowService/DescribeNamespace', request, 2_000);
}
