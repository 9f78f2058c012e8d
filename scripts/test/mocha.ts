import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runNode, type Ending } from './child.ts';
import type { Output } from './parts.ts';
import { resultSchema, type Result } from './result.ts';

const FOLDERS_IN_ORDER = ['unit', 'models', 'workflows', 'replay', 'jobs', 'api', 'e2e', 'faults'];
/** After its report is written a mocha process has nothing left to do. */
const END_GRACE_MS = 30_000;
const LONGEST_RUN_MS = 30 * 60_000;

/** Folders below `test/` that hold tests: those with a known place first, the others after them. */
export async function testFolders(root: string): Promise<string[]> {
  const found = new Set<string>();
  for (const file of await testFiles(join(root, 'test'))) {
    const [folder = ''] = relative(join(root, 'test'), file).split('/');
    found.add(folder);
  }
  const order = [...FOLDERS_IN_ORDER, ...[...found].filter((folder) => !FOLDERS_IN_ORDER.includes(folder))];
  return order.filter((folder) => found.has(folder)).map((folder) => join('test', folder));
}

/** The tests in a folder; of a file, itself. */
export async function testFiles(path: string): Promise<string[]> {
  if (path.endsWith('.test.ts')) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(path, name))
    .sort();
}

/** Runs these files in one mocha process. */
export async function runMocha(
  root: string,
  title: string,
  files: readonly string[],
  env: Record<string, string>,
  output: Output,
): Promise<Result> {
  const report = join(env['BANGFU_TEST_DIR'] ?? '', `${title.replaceAll(/[^\w.]+/g, '-')}.json`);
  if (files.length === 0) return failure(title, 'there is no test there');
  const args = [
    ...['--import=tsx', join(root, 'node_modules', 'mocha', 'bin', 'mocha.js')],
    ...['--reporter', join(root, 'scripts', 'lib', 'mocha-reporter.cjs'), ...files],
  ];
  const startedAt = Date.now();
  const ending = await runNode(
    args,
    { ...env, BANGFU_TEST_REPORT: report },
    { output, overdue: () => overdue(report, startedAt) },
  );
  return readReport(title, report, ending);
}

function overdue(report: string, startedAt: number): string | undefined {
  if (Date.now() - startedAt > LONGEST_RUN_MS) return 'was ended by force because it took too long';
  if (existsSync(report) && Date.now() - statSync(report).mtimeMs > END_GRACE_MS) {
    return 'did not end after its last test: something was left open (a connection, a timer, a process)';
  }
  return undefined;
}

function readReport(title: string, report: string, ending: Ending): Result {
  if (!existsSync(report)) return failure(title, `mocha ended (${ending}) without a report, see above`);
  const result = resultSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  if (typeof ending === 'string' || (ending !== 0 && result.failures.length === 0)) {
    result.failures.push({
      title,
      message: `mocha ${typeof ending === 'string' ? ending : `ended with ${ending}`}`,
    });
  }
  return result;
}

function failure(title: string, message: string): Result {
  return { passed: 0, failures: [{ title, message }], skipped: [] };
}
