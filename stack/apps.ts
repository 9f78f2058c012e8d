import { request } from 'node:http';
import { join } from 'node:path';
import type { Config } from '../infra/config.ts';
import { cacheDir } from './provision/provision.ts';
import { ServerProcess } from './server-process.ts';

const root = join(import.meta.dirname, '..');

interface App {
  name: string;
  entry: string;
  host: string;
  port: number;
  log: string;
  nodeOptions?: string[];
  background?: boolean;
}

/** Our own processes, not started yet, in the order in which they are stopped: nobody asks once the API is gone. */
export function createApps(config: Config, env: Record<string, string>): ServerProcess[] {
  const { api, metrics } = config;
  const apps: App[] = [
    { name: 'API', entry: 'api/server.ts', ...api, log: 'api.log' },
    {
      name: 'Cases worker',
      entry: 'workers/cases.ts',
      host: metrics.host,
      port: metrics.casesPort,
      log: 'cases.log',
      background: true,
      // Workflow code throws on purpose to yield; without stacks that costs a third less CPU.
      nodeOptions: ['--stack-trace-limit=0'],
    },
    {
      name: 'Jobs worker',
      entry: 'workers/jobs.ts',
      host: metrics.host,
      port: metrics.jobsPort,
      log: 'jobs.log',
      background: true,
    },
  ];
  return apps.map((app) => createApp(app, config, env));
}

function createApp(app: App, config: Config, env: Record<string, string>): ServerProcess {
  // An address that stands for all interfaces is none that one can call.
  const address = `http://${app.host === '0.0.0.0' || app.host === '::' ? '127.0.0.1' : app.host}:${app.port}`;
  return new ServerProcess({
    name: app.name,
    address,
    command: process.execPath,
    args: [...(app.nodeOptions ?? []), ...typescriptOptions(), join(root, app.entry)],
    // Compiled code is kept between runs: half of a warm start is loading the same modules again.
    env: { NODE_COMPILE_CACHE: join(cacheDir(), 'compiled'), ...env },
    logFile: join(config.dataDir, 'logs', app.log),
    probe: () => isReady(address),
    readyWithinMs: 90_000,
    graceMs: 20_000,
    ...(app.background === true && { background: true }),
  });
}

/** Node 24 runs our TypeScript as it is, in half the time; Node 20 needs tsx to strip the types. */
function typescriptOptions(): string[] {
  return process.features.typescript ? [] : ['--import', 'tsx'];
}

function isReady(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(`${address}/health/ready`, { timeout: 3_000, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`not ready: ${body.slice(0, 300)}`));
      });
    });
    call.on('timeout', () => call.destroy(new Error('it does not answer')));
    call.on('error', reject);
    call.end();
  });
}
