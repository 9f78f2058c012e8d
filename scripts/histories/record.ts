import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import type { CaseActivities, EffectAnswer } from '../../contracts/cases.ts';
import { registerSearchAttributes, workerIn } from '../../test/support/cases.ts';
import { createTimeSkippingEnvironment } from '../../test/support/stack.ts';
import { livePath } from './live.ts';
import { PATHS, ROUTED, SCREENED } from './paths.ts';

/**
 * Records the histories that test/replay replays: `node --import tsx scripts/histories/record.ts [name …]`. Histories
 * that are there already are old cases that still run: record new names beside them, never over them.
 */
const folder = join(import.meta.dirname, '../../test/histories');
const chosen = process.argv.slice(2);
let effectsFail = false;
let answers: EffectAnswer[] = [];
const activities: CaseActivities = {
  record: () => Promise.resolve(),
  react: ({ reaction }) => {
    if (effectsFail) return Promise.reject(ApplicationFailure.nonRetryable('away', 'AWAY'));
    if (reaction.effect === 'screen') return Promise.resolve(SCREENED);
    if (reaction.effect.startsWith('route')) return Promise.resolve(ROUTED);
    return Promise.resolve(answers.shift() ?? null);
  },
};

await mkdir(folder, { recursive: true });
const env = await createTimeSkippingEnvironment();
await registerSearchAttributes(env);
const worker = await workerIn(env, '../workflows/index.ts', activities);
try {
  for (const [name, path] of Object.entries(PATHS)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    effectsFail = path.effectsFail === true;
    answers = [...(path.answers ?? [])];
    const history = (await livePath(env, worker, path)) as { events: unknown[] };
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(history)}\n`);
    console.log(`${name}: ${history.events.length} events`);
  }
} finally {
  await worker.stop();
  await env.teardown();
}
