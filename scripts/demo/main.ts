import { ConfigError, loadConfig } from '../../infra/config.ts';
import { messageOf, UserFacingError } from '../../stack/errors.ts';
import { isRight, reportLines } from './report.ts';
import { runDemo } from './run.ts';
import { oneOfEach, readNeeds } from './sample.ts';
import { demoServer, type DemoServer } from './server.ts';

/**
 * `npm run demo`: takes the needs of data/needs through the running system, as publishers, cadres, donors and recipients
 * would, and ends with a table. Exit code 1 when a need is not where it must be, or
 * when something else went wrong.
 */

const OPTIONS = {
  '--keep': 'leaves what the demo started up, to look around',
  '--quick': 'one need of each story instead of all',
} as const;

const say = (line: string): void => console.log(line);
let server: DemoServer | undefined;
let stopping: Promise<void> | undefined;

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const unknown = args.find((arg) => !(arg in OPTIONS));
  if (unknown !== undefined) {
    const known = Object.entries(OPTIONS).map(([option, what]) => `${option} (${what})`);
    throw new UserFacingError(`npm run demo does not know ${unknown}; it knows ${known.join(' and ')}.`);
  }
  const keep = args.includes('--keep');
  server = await demoServer({ config: loadConfig(), keep, say });
  const all = readNeeds();
  const needs = args.includes('--quick') ? oneOfEach(all) : all;
  say(`${needs.length} needs set out …`);
  const report = await runDemo({ url: server.url, needs, progress: say });
  for (const line of reportLines(report)) say(line);
  if (keep) for (const line of server.leftUp) say(line);
  else await stop();
  return isRight(report) ? 0 : 1;
}

/** Stops what the demo started, once. */
const stop = (): Promise<void> => (stopping ??= server?.stop() ?? Promise.resolve());

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stop().then(() => process.exit(130)));
}
process.on('disconnect', () => void stop().then(() => process.exit(1)));

main().then(
  (code) => process.exit(code),
  async (error: unknown) => {
    if (stopping !== undefined) return;
    const known = error instanceof UserFacingError || error instanceof ConfigError;
    console.error(known ? error.message : error);
    if (!known) console.error(`The demo ended early: ${messageOf(error)}`);
    await stop();
    process.exit(1);
  },
);
