import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVIRONMENT_NAMES } from '../infra/config.ts';
import { UserFacingError } from '../stack/errors.ts';
import { deleteAtEnd } from '../stack/guardian.ts';
import { provisionTimeSkippingServer } from '../stack/provision/test-server.ts';
import { startStack } from '../stack/stack.ts';
import { allParts, partsOf, runParts } from './test/parts.ts';
import { addUp, summary, type Result } from './test/result.ts';

/** `npm test`: the static checks and every folder of tests, on servers of its own. Arguments choose folders or files. */

const root = join(import.meta.dirname, '..');
const say = (line: string): void => console.log(line);

async function main(): Promise<Result> {
  const chosen = process.argv.slice(2);
  const missing = chosen.find((path) => !existsSync(join(root, path)));
  if (missing) throw new UserFacingError(`There is no ${missing} here: give folders or files below test/.`);
  const startedAt = Date.now();
  say('\nServers for the tests');
  const dir = await mkdtemp(join(tmpdir(), 'bangfu-test-'));
  deleteAtEnd(dir);
  const testServer = await provisionTimeSkippingServer((line) => say(`  ${line}`));
  const stack = await startStack({ dir, progress: (line) => say(`  ${line}`) });
  try {
    const env = testEnvironment(dir, stack.env, testServer);
    const parts =
      chosen.length > 0 ? (await Promise.all(chosen.map((path) => partsOf(root, path)))).flat() : await allParts(root);
    return addUp(await runParts(parts, { env, say }));
  } finally {
    await stack.stop();
    say(`\nTook ${Math.round((Date.now() - startedAt) / 1000)} s.`);
  }
}

/** The tests see nothing of the user's own settings, or they would write into his database. */
function testEnvironment(dir: string, servers: Record<string, string>, testServer: string | undefined) {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !ENVIRONMENT_NAMES.includes(entry[0]),
  );
  return {
    ...Object.fromEntries(kept),
    BANGFU_PROFILE: 'test',
    BANGFU_TEST_DIR: dir,
    BANGFU_TEST_STACK: JSON.stringify(servers),
    ...(testServer ? { TEMPORAL_TEST_SERVER_BIN: testServer } : {}),
  };
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
process.on('disconnect', () => process.exit(130));

try {
  const result = await main();
  console.log(summary(result));
  process.exit(result.failures.length > 0 ? 1 : 0);
} catch (error) {
  console.error(error instanceof UserFacingError ? error.message : error);
  console.log(summary({ passed: 0, failures: [{ title: 'npm test', message: 'did not run' }], skipped: [] }));
  process.exit(1);
}
