import { join } from 'node:path';
import { runNode } from './child.ts';
import type { Output } from './parts.ts';
import type { Result } from './result.ts';

interface Check {
  title: string;
  /** Path inside node_modules, with its arguments. */
  program: string;
  args: string[];
  remedy: string;
}

const CHECKS: Check[] = [
  {
    title: 'formatting (prettier)',
    program: 'prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '.'],
    remedy: 'npm run format',
  },
  {
    title: 'types (tsc)',
    program: 'typescript/bin/tsc6',
    args: ['--noEmit', '--pretty', 'false', '-p', '.'],
    remedy: 'npm run typecheck',
  },
  {
    title: 'lint and directions of imports (eslint)',
    program: 'eslint/bin/eslint.js',
    args: ['--max-warnings', '0', '.'],
    remedy: 'npm run lint',
  },
];

/** The checks that need no server; each counts as one test. */
export async function runChecks(root: string, output: Output): Promise<Result> {
  const say = output ?? ((text) => void process.stdout.write(text));
  const result: Result = { passed: 0, failures: [], skipped: [] };
  for (const check of CHECKS) {
    const startedAt = Date.now();
    const ending = await runNode([join(root, 'node_modules', check.program), ...check.args], process.env, { output });
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    say(`  ${ending === 0 ? '✔' : '✘'} ${check.title} (${seconds} s)\n`);
    if (ending === 0) result.passed++;
    else result.failures.push({ title: check.title, message: `see above; alone: ${check.remedy}` });
  }
  return result;
}
