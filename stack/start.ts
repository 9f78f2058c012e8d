import { ConfigError, loadConfig, type Config } from '../infra/config.ts';
import { createApps } from './apps.ts';
import { readyBanner } from './banner.ts';
import { UserFacingError } from './errors.ts';
import { preparedState } from './prepared.ts';
import { takeRunLock } from './run-lock.ts';
import { ensureSecrets } from './secrets.ts';
import { liveServers, type ServerProcess } from './server-process.ts';
import { isGiven, requireOurPorts, startOrCheckServers } from './servers.ts';
import { supervise } from './supervisor.ts';

/** `npm start`: everything on this machine, until Ctrl-C. */

const STOP_ORDER = ['API', 'Cases worker', 'Jobs worker', 'Temporal', 'Redis', 'MongoDB'];
const startedAt = performance.now();
const say = (line: string): void => console.log(line);
let release: (() => Promise<void>) | undefined;
let stopping = false;

async function main(): Promise<void> {
  const { demoData } = parseArguments(process.argv.slice(2));
  const first = loadConfig();
  release = await takeRunLock(first.dataDir);
  const secrets = first.profile === 'production' ? {} : await ensureSecrets(first.dataDir, process.env);
  const config = loadConfig({ ...process.env, ...secrets });
  await requireOurPorts(config, process.env);
  const apps = createApps(config, { ...secrets, ...addresses(config) });
  await startAll(config, apps, demoData);
  for (const server of liveServers()) supervise(server, say, (sentence) => void stopAll(1, sentence));
  say(await readyBanner(config, { demoData, seconds: (performance.now() - startedAt) / 1000 }));
}

/**
 * What an earlier start prepared with the same code and data is there already: then the API and the workers start
 * beside the servers, and wait for them by themselves.
 */
async function startAll(config: Config, apps: readonly ServerProcess[], demoData: boolean): Promise<void> {
  const prepared = await preparedState(config, demoData);
  // Servers of others may have been changed by others.
  const early = prepared.likely && !isGiven(process.env, 'MONGODB_URI', 'TEMPORAL_ADDRESS');
  const startApps = (): Promise<unknown> => Promise.all(apps.map((app) => app.start()));
  say(`Starting MongoDB, Redis and Temporal${early ? ', the API and the workers' : ''} …`);
  const [started] = early ? [Promise.allSettled([startApps()])] : [];
  await startOrCheckServers(config, process.env, (line) => say(`  ${line}`));
  if (early && (await prepared.check())) {
    const [outcome] = (await started) ?? [];
    if (outcome?.status === 'rejected') throw outcome.reason;
    return;
  }
  await Promise.all(apps.map((app) => app.stop()));
  await started;
  say('Preparing indexes, search attributes and data …');
  const { setup } = await import('../scripts/setup.ts');
  await setup(config, { demoData, progress: (line) => say(`  ${line}`) });
  await prepared.keep();
  say('Starting the API and the workers …');
  await startApps();
}

function parseArguments(args: string[]): { demoData: boolean } {
  const unknown = args.find((arg) => arg !== '--no-demo-data');
  if (unknown) throw new UserFacingError(`npm start does not know ${unknown}; it knows --no-demo-data.`);
  const demoData = !args.includes('--no-demo-data') && process.env['BANGFU_PROFILE'] !== 'production';
  return { demoData };
}

function addresses(config: ReturnType<typeof loadConfig>): Record<string, string> {
  return {
    BANGFU_PROFILE: config.profile,
    BANGFU_DATA_DIR: config.dataDir,
    MONGODB_URI: config.mongo.uri,
    REDIS_URL: config.redis.url,
    TEMPORAL_ADDRESS: config.temporal.address,
    TEMPORAL_UI_URL: config.temporal.uiUrl,
  };
}

/** Stops what runs, those first that need the others, and ends this process. */
async function stopAll(exitCode: number, sentence?: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (sentence) console.error(sentence);
  const running = liveServers();
  if (running.length > 0) say('Stopping …');
  const byOrder = running.sort((a, b) => STOP_ORDER.indexOf(a.name) - STOP_ORDER.indexOf(b.name));
  // The API and the workers together: each drains its own work while the servers are still there.
  const isOurs = (name: string): boolean => STOP_ORDER.indexOf(name) < STOP_ORDER.indexOf('Temporal');
  await Promise.all(byOrder.filter(({ name }) => isOurs(name)).map((server) => server.stop()));
  for (const server of byOrder.filter(({ name }) => !isOurs(name))) await server.stop();
  await release?.();
  if (running.length > 0) say('Stopped.');
  process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stopAll(0));
// The launcher in front of us is gone, even if it was killed.
process.on('disconnect', () => void stopAll(0));

// Children do not keep us alive, see ServerProcess.
setInterval(() => undefined, 2 ** 30);
main().catch((error: unknown) => {
  // What fails because we are being stopped is no failure.
  if (stopping) return;
  const known = error instanceof UserFacingError || error instanceof ConfigError;
  if (!known) console.error(error);
  void stopAll(1, known ? error.message : 'Bangfu did not start, see above.');
});
